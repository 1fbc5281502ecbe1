import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateClients } from '../local/prisma/generate-clients.ts'
import { runCommand, stopSignal, UserFacingError } from '../platform/lifecycle.ts'
import { installBaselines } from './support/baselines.ts'
import { parseBenchArguments } from './system/arguments.ts'
import { chartOf } from './system/chart.ts'
import { requireProc } from './system/cpu.ts'
import { machine } from './system/machine.ts'
import { summarise } from './system/results.ts'
import { runBench } from './system/run-bench.ts'
import { tableOf } from './system/table.ts'

/** `npm run bench:system`: the CPU cost of a profile page over all processes, compared with two other implementations. */
await runCommand(async () => {
  const options = parseBenchArguments()
  await requireProc()
  const { json, write, ...settings } = options
  const log = (line: string) => console.error(line)
  const stop = new AbortController()
  void stopSignal().then(() => stop.abort(new UserFacingError('Stopped before there were results.')))
  await generateClients(log)
  await installBaselines(log)
  const results = summarise(await runBench({ ...settings, signal: stop.signal, log }))
  const report = { ...settings, machine: machine(), results }
  if (write) {
    const file = (name: string) => join(import.meta.dirname, 'results', name)
    await writeFile(file('system.json'), `${JSON.stringify(report, null, 2)}\n`)
    await writeFile(file('system.svg'), chartOf(results))
  }
  console.log(json ? JSON.stringify(report, null, 2) : tableOf(results))
})
