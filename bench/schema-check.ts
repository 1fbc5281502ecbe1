import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../platform/clock.ts'
import { parseCommandLine, wholeNumber, type Command } from '../platform/command-line.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { composeSubgraphs } from '../schema/check/compose/compose-subgraphs.ts'
import { parseConfig } from '../schema/check/config/parse-config.ts'
import { loadSubgraphs } from '../schema/check/load/load-subgraphs.ts'
import { runCheck } from '../schema/check/run-check.ts'
import { configOf, subgraphsOf, usageOf, type Size } from './schema-check/generate.ts'

const BENCH = {
  name: 'npm run bench:schema-check',
  about: `Generates subgraphs, a base with more fields and a recording, and measures \`npm run schema:check\` on them: seconds, and the
most memory that the process had (RSS).`,
  options: {
    subgraphs: { type: 'string', value: 'N', default: '100', about: 'from 8 to 1000' },
    fields: { type: 'string', value: 'N', default: '10000', about: 'of all subgraphs together' },
    operations: { type: 'string', value: 'N', default: '5000', about: 'recorded operations' },
    removed: { type: 'string', value: 'N', default: '2', about: 'fields removed from each entity, 0 to 10' },
  },
  examples: [
    ['', 'the published figures'],
    ['--subgraphs 10 --fields 1000', 'a quick look'],
  ],
} as const satisfies Command

await runCommand(async () => {
  const { values } = parseCommandLine(BENCH)
  const subgraphs = wholeNumber('--subgraphs', values.subgraphs, 8, 1_000)
  const size: Size = {
    subgraphs,
    fields: wholeNumber('--fields', values.fields, 30 * subgraphs, 1_000_000),
    operations: wholeNumber('--operations', values.operations, 0, 1_000_000),
  }
  const removed = wholeNumber('--removed', values.removed, 0, 10)
  const folder = await mkdtemp(join(tmpdir(), 'tessera-bench-'))
  try {
    await measure(folder, size, removed)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

async function measure(folder: string, size: Size, removed: number): Promise<void> {
  const file = (name: string) => join(folder, name)
  const head = subgraphsOf(size, removed)
  const config = parseConfig(file('supergraph.yaml'), configOf(head.keys()), {})
  if (!config.ok) throw new Error('The generated config is not valid.')
  const write = (subgraphs: ReadonlyMap<string, string>) =>
    Promise.all([...subgraphs].map(([name, sdl]) => writeFile(file(`${name}.graphql`), sdl)))
  await write(subgraphsOf(size))
  const loaded = await loadSubgraphs(config.value.subgraphs)
  const base = loaded.ok ? composeSubgraphs(loaded.value, { runSatisfiability: false }).supergraph : null
  if (!base) throw new Error('The generated subgraphs do not compose.')
  await writeFile(file('base.graphql'), base.sdl)
  await write(head)
  await writeFile(file('usage.json'), JSON.stringify(usageOf(size, new Date(systemClock()))))
  const began = performance.now()
  const { report } = await runCheck(config, {
    folder,
    base: file('base.graphql'),
    operations: null,
    usage: file('usage.json'),
    windowDays: 30,
    clock: systemClock,
  })
  const seconds = (performance.now() - began) / 1000
  for (const { message } of report.faults) console.log(message)
  for (const { stage, verdict, summary } of report.stages)
    console.log(`${stage.padEnd(8)} ${verdict.padEnd(8)} ${summary}`)
  // Kilobytes. Includes the generator and the composition of the base.
  const megabytes = process.resourceUsage().maxRSS / 1024
  console.log(`${seconds.toFixed(1)} s, ${megabytes.toFixed(0)} MB`)
}
