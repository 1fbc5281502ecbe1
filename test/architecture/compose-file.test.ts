import { access, readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { root } from '../../platform/root.ts'
import { GATEWAY_VARIABLES } from '../../gateway/tessera/config.ts'
import { readConfig } from '../../platform/config/read-config.ts'
import { VARIABLES, type VariableName } from '../../platform/config/variables.ts'
import { VARIABLES as FOLLOWERS_VARIABLES } from '../../subgraphs/followers/server.ts'
import { VARIABLES as POSTS_VARIABLES } from '../../subgraphs/posts/server.ts'
import { VARIABLES as USERS_VARIABLES } from '../../subgraphs/users/server.ts'

const text = await readFile(join(root, 'docker-compose.yml'), 'utf8')

/** What our own services use of the compose file. */
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

const SECRETS = {
  INTERNAL_SECRET: 'a'.repeat(32),
  POSTGRES_PASSWORD: 'b'.repeat(32),
  DATABASE_PASSWORD_USERS: 'c'.repeat(32),
  DATABASE_PASSWORD_POSTS: 'd'.repeat(32),
  DATABASE_PASSWORD_FOLLOWERS: 'e'.repeat(32),
}

/** `${NAME}`, `${NAME:-default}` and `${NAME:?message}`, as compose replaces them. */
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

/** The variables that each container's command reads. */
const READS: Record<string, readonly VariableName[]> = {
  users: USERS_VARIABLES,
  posts: POSTS_VARIABLES,
  followers: FOLLOWERS_VARIABLES,
  gateway: [...GATEWAY_VARIABLES, 'LOG_LEVEL'],
  migrate: ['DATABASE_URL_USERS', 'DATABASE_URL_POSTS', 'DATABASE_URL_FOLLOWERS'],
  seed: ['DATABASE_URL_USERS', 'DATABASE_URL_POSTS', 'DATABASE_URL_FOLLOWERS'],
}

test('the compose file fits the compose specification', async () => {
  // The specification's own schema, as the linter dclint carries it.
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

  test('gets no variable that Tessera does not know', () => {
    expect(Object.keys(environment).filter((variable) => !(variable in VARIABLES))).toEqual([])
  })

  test('gets the database of nobody else', () => {
    const given = Object.keys(environment).filter((variable) => variable.startsWith('DATABASE_URL_'))
    expect(given).toEqual(variables.filter((variable) => variable.startsWith('DATABASE_URL_')))
  })
})

test('what is waited for as healthy says whether it is', () => {
  const healthy = Object.values(services).flatMap(({ depends_on: needs }) =>
    Object.entries(needs).flatMap(([name, { condition }]) => (condition === 'service_healthy' ? [name] : [])),
  )
  expect(healthy.filter((name) => !services[name]?.healthcheck)).toEqual([])
  expect(new Set(healthy)).toEqual(new Set(['postgres', 'redis', 'users', 'posts', 'followers']))
})

test('the health check of a server asks its own port whether it is ready', () => {
  for (const name of ['users', 'posts', 'followers', 'gateway']) {
    const [kind, ...command] = services[name]?.healthcheck?.test ?? []
    expect(kind).toBe('CMD')
    expect(command.slice(0, 2)).toEqual(['node', '--eval'])
    expect(command[2]).toContain("process.env.PORT + '/readyz'")
    expect(Number(services[name]?.environment['PORT'])).toBeGreaterThan(0)
  }
})

test('the image gets only files that exist and are not ignored', async () => {
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
