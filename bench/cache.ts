import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateClients } from '../local/prisma/generate-clients.ts'
import { runCommand, stopSignal, UserFacingError } from '../platform/lifecycle.ts'
import { parseBenchArguments } from './cache/arguments.ts'
import { runParts } from './cache/run-parts.ts'
import { tableOf } from './cache/table.ts'
import { installBaselines } from './support/baselines.ts'
import { requireProc } from './system/cpu.ts'
import { machine } from './system/machine.ts'

/** `npm run bench:cache`: the cache over the whole system, with two gateways. */
await runCommand(async () => {
  const { json, write, parts, ...settings } = parseBenchArguments()
  await requireProc()
  const log = (line: string) => console.error(line)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort(new UserFacingError('Stopped before there were results.')))
  await generateClients(log)
  if (parts.includes('cpu')) await installBaselines(log)
  const results = await runParts(parts, settings, stop.signal, log)
  const report = { ...settings, machine: machine(), results }
  if (write)
    await writeFile(
      join(import.meta.dirname, 'results', 'cache.json'),
      `${JSON.stringify(report, null, 2)}\n`,
    )
  console.log(json ? JSON.stringify(report, null, 2) : tableOf(results))
})
