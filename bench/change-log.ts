import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateClients } from '../local/prisma/generate-clients.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { parseBenchArguments } from './change-log/arguments.ts'
import { chartsOf } from './change-log/charts.ts'
import { mergeSaved, type Results } from './change-log/results.ts'
import { runParts } from './change-log/run-parts.ts'
import { tableOf } from './change-log/table.ts'
import { requireProc } from './system/cpu.ts'

/** `npm run bench:change-log`: the figures of patterns/change-log, each next to the usual alternatives. */
await runCommand(async () => {
  const options = parseBenchArguments()
  await requireProc()
  await generateClients((line) => console.error(line))
  const results = await runParts(options, (line) => console.error(line))
  if (options.save) await save(results)
  console.log(options.json ? JSON.stringify(results, null, 2) : tableOf(results))
})

async function save(measured: Results): Promise<void> {
  const file = (name: string) => join(import.meta.dirname, 'results', name)
  const results = await mergeSaved(file('change-log.json'), measured)
  await writeFile(file('change-log.json'), `${JSON.stringify(results, null, 2)}\n`)
  for (const [name, chart] of Object.entries(chartsOf(results))) await writeFile(file(name), chart)
}
