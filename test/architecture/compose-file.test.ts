import { access, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import {
  databases,
  databaseVariable,
  forServices,
  services as ours,
  subgraphVariable,
  topology,
  type DatabaseName,
} from '../../contracts/topology.ts'
import { root } from '../../platform/root.ts'
import { GATEWAY_VARIABLES } from '../../gateway/tessera/config.ts'
import { readConfig } from '../../platform/config/read-config.ts'
import { variablesOf } from '../../platform/config/service-variables.ts'
import { VARIABLES, type VariableName } from '../../platform/config/variables.ts'

const text = await readFile(join(root, 'docker-compose.yml'), 'utf8')

/** The properties of the compose file that our services use. */
const Service = z.object({
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.union([z.string(), z.number()])).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
  image: z.string().optional(),
  ports: z.array(z.string()).default([]),
})
const file: unknown = parse(text, { merge: true })
const { services } = z.object({ services: z.record(z.string(), Service) }).parse(file)

function passwordVariable(database: DatabaseName): string {
  return databaseVariable(database).replace('_URL_', '_PASSWORD_')
}

const SECRETS = {
  INTERNAL_SECRET: 'a'.repeat(32),
  POSTGRES_PASSWORD: 'b'.repeat(32),
  ...Object.fromEntries(databases.map((database) => [passwordVariable(database), 'c'.repeat(32)])),
}

/** Replaces `${NAME}`, `${NAME:-default}` and `${NAME:?message}` in the same way as compose. */
function interpolate(value: string | number): string {
  return String(value).replace(
    /\$\{(\w+)(?::([-?])([^}]*))?\}/g,
    (_, name: string, kind?: string, rest = '') => {
      const given = Object.entries(SECRETS).find(([secret]) => secret === name)?.[1]
      if (given === undefined && kind !== '-') throw new Error(`${name} is no secret and has no default`)
      return given ?? rest
    },
  )
}

/** The variables that the command of each container reads. */
const READS: Record<string, readonly VariableName[]> = {
  ...forServices((service) => variablesOf(service)),
  gateway: [...GATEWAY_VARIABLES, 'LOG_LEVEL'],
  migrate: databases.map(databaseVariable),
  seed: databases.map(databaseVariable),
}

test('the compose file is valid by the compose specification', async () => {
  // The schema of the Compose specification, as included in the linter dclint.
  const schemaFile = join(
    createRequire(import.meta.url).resolve('dclint/package.json'),
    '../schemas/compose.schema.json',
  )
  const { $schema: _, ...schema } = z
    .looseObject({ $schema: z.string() })
    .parse(JSON.parse(await readFile(schemaFile, 'utf8')))
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema)
  validate(file)
  expect(validate.errors ?? []).toEqual([])
})

test('every secret is required, with a message that says what to do', () => {
  for (const secret of Object.keys(SECRETS)) {
    expect(text).toMatch(new RegExp(`\\$\\{${secret}:\\?Give ${secret}[^}]*docker/README\\.md\\)\\}`))
  }
})

test('only the gateway can be reached from outside', () => {
  const open = Object.entries(services).filter(([, { ports }]) => ports.length > 0)
  expect(open.map(([name]) => name)).toEqual(['gateway'])
})

describe.for(Object.entries(READS))('the container %s', ([name, variables]) => {
  const service = services[name]
  const environment = Object.fromEntries(
    Object.entries(service?.environment ?? {}).map(([key, value]) => [key, interpolate(value)]),
  )

  test('runs a script that exists', async () => {
    const [program, script = ''] = service?.command ?? []
    expect(program).toBe('node')
    await access(join(root, script))
  })

  test('gets an environment that its script accepts', () => {
    expect(() => readConfig(variables, environment)).not.toThrow()
  })

  test('gets only variables that Tessera knows', () => {
    expect(Object.keys(environment).filter((variable) => !(variable in VARIABLES))).toEqual([])
  })

  test('gets no database of another service', () => {
    const given = Object.keys(environment).filter((variable) => variable.startsWith('DATABASE_URL_'))
    expect(given).toEqual(variables.filter((variable) => variable.startsWith('DATABASE_URL_')))
  })
})

test('every container that others wait for has a health check', () => {
  const healthy = Object.values(services).flatMap(({ depends_on: needs }) =>
    Object.entries(needs).flatMap(([name, { condition }]) => (condition === 'service_healthy' ? [name] : [])),
  )
  expect(healthy.filter((name) => !services[name]?.healthcheck)).toEqual([])
  expect(new Set(healthy)).toEqual(new Set(['postgres', 'redis', ...ours]))
})

test('the health check of a server requests readiness from its own port', () => {
  for (const name of [...ours, 'gateway']) {
    const [kind, ...command] = services[name]?.healthcheck?.test ?? []
    expect(kind).toBe('CMD')
    expect(command.slice(0, 2)).toEqual(['node', '--eval'])
    expect(command[2]).toContain("process.env.PORT + '/readyz'")
    expect(Number(services[name]?.environment['PORT'])).toBeGreaterThan(0)
  }
})

test('each service listens at the address that the gateway and the followers of its log use', () => {
  for (const service of ours) {
    const { port } = topology[service]
    expect(services[service]?.environment['PORT']).toBe(port)
    const variable = subgraphVariable(service)
    const asked = Object.values(services).flatMap(({ environment }) => environment[variable] ?? [])
    expect(new Set(asked)).toEqual(new Set([`http://${service}:${port}/graphql`]))
    expect(services['gateway']?.environment[variable]).toBeDefined()
    expect(services['gateway']?.depends_on[service]).toBeDefined()
  }
})

test('Postgres creates each database with the password of its service', async () => {
  const script = await readFile(join(root, 'docker/postgres/init.sh'), 'utf8')
  for (const database of databases) {
    const name = `tessera_${database.replace('/', '_')}`
    const variable = passwordVariable(database)
    expect(script).toContain(`make_database ${name} "$${variable}"`)
    expect(services['postgres']?.environment[variable]).toBe(`\${${variable}}`)
  }
})

test('the image copies only files that exist and are not ignored', async () => {
  const dockerfile = await readFile(join(root, 'Dockerfile'), 'utf8')
  const allowed = (await readFile(join(root, '.dockerignore'), 'utf8'))
    .split('\n')
    .flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []))
  const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, sources = '']) =>
    sources.split(' '),
  )
  expect(copied.length).toBeGreaterThan(8)
  for (const source of copied) {
    expect(allowed).toContain(source.split('/')[0])
    await access(join(root, source))
  }
})
