import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { generateClients } from '../local/prisma/generate-clients.ts'
import { oneOf, parseCommandLine, type Command } from '../platform/command-line.ts'
import { inheritedEnv } from '../platform/config/read-config.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { root } from '../platform/root.ts'

/** The parts of `npm run check`, slowest first: an executable in `node_modules/.bin` or a script, and its arguments. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  unit: ['vitest', 'run', '--project', 'unit'],
  types: ['tsc', '-p', '.'],
  clients: ['tsc', '-p', 'test/clients'],
  supergraph: ['cli/compose.ts', '--check'],
  operations: ['cli/schema-operations.ts', '--check'],
  lint: ['oxlint'],
  unused: ['knip'],
  docs: ['cli/docs.ts', '--check'],
  format: ['oxfmt', '--check'],
}

const CHECK = {
  name: 'npm run check',
  about: 'Runs every static check and the unit tests. Prints the output of those that fail.',
  options: {
    without: {
      type: 'string',
      value: 'PART',
      multiple: true,
      about: `leave out a part; may be repeated. Parts:\n${Object.keys(PARTS).join(', ')}`,
    },
  },
  examples: [
    ['', 'all parts'],
    ['--without unit --without types', 'all parts but these two'],
  ],
} as const satisfies Command

type Outcome = { part: string; ok: boolean; output: string }

await runCommand(async () => {
  const { without = [] } = parseCommandLine(CHECK).values
  const parts = Object.keys(PARTS)
  for (const part of without) oneOf('--without', part, parts)
  await generateClients(console.log)
  const waiting = parts.filter((part) => !without.includes(part))
  const outcomes: Outcome[] = []
  const worker = async () => {
    for (let part = waiting.shift(); part; part = waiting.shift()) outcomes.push(await runPart(part))
  }
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))
  const failed = outcomes.filter(({ ok }) => !ok)
  for (const { part, output } of failed) console.log(`\n── ${part} ──\n${output.trim()}`)
  if (failed.length > 0) process.exitCode = 1
})

async function runPart(part: string): Promise<Outcome> {
  const began = performance.now()
  const { ok, output } = await run(PARTS[part] ?? [])
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  console.log(`${ok ? '✓' : '✗'} ${part.padEnd(10)} ${seconds.padStart(5)} s`)
  return { part, ok, output }
}

/** Runs one part with the current Node executable. `output` contains both streams. */
function run([program = '', ...args]: readonly string[]): Promise<{ ok: boolean; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ ok: boolean; output: string }>()
  const script = program.endsWith('.ts') ? program : join('node_modules/.bin', program)
  const color = process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(process.execPath, [join(root, script), ...args], {
    cwd: root,
    env: { ...inheritedEnv(), ...color },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (output += chunk.toString()))
  child.once('error', (error) => resolve({ ok: false, output: error.message }))
  child.once('close', (code) => resolve({ ok: code === 0, output }))
  return promise
}
