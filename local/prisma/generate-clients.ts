import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { services, type Service } from '../../contracts/topology.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { root } from '../../platform/root.ts'

/**
 * The parts of Prisma's packages that are used here. Prisma's own types import packages that are not published with
 * them.
 */
type Internals = {
  loadSchemaContext(options: {
    schemaPath: { cliProvidedPath: string }
    printLoadMessage: boolean
  }): Promise<object>
  getGenerators(options: {
    schemaContext: object
    registry: Record<string, { type: 'in-process'; generator: object }>
    skipDownload: boolean
    cliCommand: string
  }): Promise<{ generate(): Promise<void>; stop(): void }[]>
}
type ClientGenerator = { PrismaClientTsGenerator: new () => object }

type Client = { service: Service; schema: string; stampFile: string; stamp: string }

// `require` instead of `import`: the generator's ES module does not load in Node. Loading Prisma also takes a third of
// a second, and most runs do not need it.
const require = createRequire(import.meta.url)

/**
 * Generates the Prisma clients that are missing, or older than their schema or the generator. A second run does
 * nothing.
 *
 * Calls the generator directly. Prisma's command line is 180 MB larger and downloads a schema engine that `generate`
 * does not use (docs/adr/0002-prisma.md).
 *
 * @param log called once before clients are generated; not called if all are up to date
 */
export async function generateClients(log: (line: string) => void): Promise<void> {
  const generator = await readFile(join(packageFolder('@prisma/client-generator-ts'), '../package.json'))
  const clients = await Promise.all(services.map((service) => clientOf(service, generator)))
  const upToDate = await Promise.all(clients.map(isUpToDate))
  const stale = clients.filter((_, i) => !upToDate[i])
  if (stale.length === 0) return
  log(`Generating the Prisma clients: ${stale.map(({ service }) => service).join(', ')}`)
  await Promise.all(stale.map(generateClient))
}

async function clientOf(service: Service, generator: Buffer): Promise<Client> {
  const schema = join(root, 'prisma', service, 'schema.prisma')
  const stamp = createHash('sha256')
    .update(await readFile(schema))
    .update(generator)
    .digest('hex')
  return { service, schema, stampFile: join(root, 'prisma', service, 'generated', 'stamp'), stamp }
}

async function isUpToDate({ stampFile, stamp }: Client): Promise<boolean> {
  return (await readFile(stampFile, 'utf8').catch(() => '')) === stamp
}

async function generateClient({ schema, stampFile, stamp }: Client): Promise<void> {
  const { getGenerators, loadSchemaContext } = require('@prisma/internals') as Internals
  const { PrismaClientTsGenerator } = require('@prisma/client-generator-ts') as ClientGenerator
  const generators = await getGenerators({
    schemaContext: await loadSchemaContext({
      schemaPath: { cliProvidedPath: schema },
      printLoadMessage: false,
    }),
    registry: { 'prisma-client': { type: 'in-process', generator: new PrismaClientTsGenerator() } },
    skipDownload: true,
    cliCommand: 'generate',
  })
  for (const generator of generators) {
    await generator.generate()
    generator.stop()
  }
  await writeFile(stampFile, stamp)
}

/** @throws UserFacingError if the package is not installed */
function packageFolder(name: string): string {
  try {
    return dirname(require.resolve(name))
  } catch {
    throw new UserFacingError(`The package ${name} is not installed. Run npm ci, then try again.`)
  }
}
