import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { runCommand } from '../platform/lifecycle.ts'
import { root } from '../platform/root.ts'
import { services } from '../contracts/topology.ts'

/** What is used of Prisma's packages. Their own types import packages that are not published with them. */
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

// Required, not imported: the generator's ES module does not load in Node, and Prisma takes a third of a second to load,
// which most runs do not need.
const require = createRequire(import.meta.url)

/**
 * Generates the Prisma clients that are missing or older than their schema. A second run does nothing.
 *
 * Calls the generator directly, without Prisma's command line, which is 180 MB larger and downloads a schema engine
 * that `generate` does not use (docs/adr/0002-prisma.md).
 */
await runCommand(async () => {
  await Promise.all(services.map(generate))
})

async function generate(service: string): Promise<void> {
  const schema = join(root, 'prisma', service, 'schema.prisma')
  const stamp = join(root, 'prisma', service, 'generated', 'stamp')
  const generator = join(dirname(require.resolve('@prisma/client-generator-ts')), '../package.json')
  const wanted = createHash('sha256')
    .update(await readFile(schema))
    .update(await readFile(generator))
    .digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await generateClient(schema)
  await writeFile(stamp, wanted)
}

async function generateClient(schema: string): Promise<void> {
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
}
