import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { runCommand } from '../platform/lifecycle.ts'
import { inheritedEnv } from '../platform/config/read-config.ts'
import { root, services } from './layout.ts'

/**
 * Generates the Prisma clients that are missing or older than their schema; a second run does nothing.
 *
 * Prisma's command line wants to download a schema engine that `generate` never starts. Naming any existing file as
 * that engine keeps it from trying, so this works on a closed network.
 */
await runCommand(async () => {
  await Promise.all(services.map(generate))
})

async function generate(service: string): Promise<void> {
  const schema = join(root, 'prisma', service, 'schema.prisma')
  const stamp = join(root, 'prisma', service, 'generated', 'stamp')
  const prisma = createRequire(import.meta.url).resolve('prisma/package.json')
  const wanted = createHash('sha256')
    .update(await readFile(schema))
    .update(await readFile(prisma))
    .digest('hex')
  if ((await readFile(stamp, 'utf8').catch(() => '')) === wanted) return
  await promisify(execFile)(
    process.execPath,
    [join(prisma, '../build/index.js'), 'generate', '--schema', schema, '--no-hints'],
    { env: { ...inheritedEnv(), PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1' } },
  )
  await writeFile(stamp, wanted)
}
