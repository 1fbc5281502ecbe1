import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../platform/lifecycle.ts'
import { openServers } from './change-log/servers.ts'
import { parseBenchArguments } from './event-store/arguments.ts'
import { compareStores } from './event-store/compare-stores.ts'
import { measureRebuild } from './event-store/rebuild.ts'
import { tableOf, type EventStoreResults } from './event-store/table.ts'
import { installBaselines } from './support/baselines.ts'
import { requireProc } from './system/cpu.ts'
import { machine } from './system/machine.ts'

/** `npm run bench:event-store`: rebuilds while commands go on, and the store beside another one. */
await runCommand(async () => {
  const { json, write, parts, settings } = parseBenchArguments()
  await requireProc()
  const log = (line: string) => console.error(line)
  if (parts.includes('stores')) await installBaselines(log)
  await using servers = await openServers({ commitTimes: false })
  const results: EventStoreResults = {}
  if (parts.includes('rebuild')) results.rebuild = await measureRebuild(servers, settings, log)
  if (parts.includes('stores')) results.stores = await compareStores(servers, settings, log)
  const report = { ...settings, date: new Date().toISOString(), machine: machine(), results }
  if (write) {
    const file = join(import.meta.dirname, 'results', 'event-store.json')
    await writeFile(file, `${JSON.stringify(report, null, 2)}\n`)
  }
  console.log(json ? JSON.stringify(report, null, 2) : tableOf(results))
})
