import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateClients } from '../local/prisma/generate-clients.ts'
import { runCommand } from '../platform/lifecycle.ts'
import { parseBenchArguments } from './follow/arguments.ts'
import { measureFollows } from './follow/measure.ts'
import { tableOf } from './follow/table.ts'
import { requireProc } from './system/cpu.ts'
import { machine } from './system/machine.ts'

/** `npm run bench:follow`: follows and pages of followers, beside the code before following was a saga. */
await runCommand(async () => {
  const { json, write, settings } = parseBenchArguments()
  await requireProc()
  const log = (line: string) => console.error(line)
  await generateClients(log)
  const results = await measureFollows(settings, log)
  const report = { ...settings, date: new Date().toISOString(), machine: machine(), results }
  if (write) {
    const file = join(import.meta.dirname, 'results', 'follow.json')
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  }
  console.log(json ? JSON.stringify(report, null, 2) : tableOf(results))
})
