import { listConsumerStatus } from '../../../patterns/change-log/index.ts'
import { databases } from '../../../contracts/topology.ts'
import type { Installation } from '../installation.ts'
import { tryDatabase, type OpenDatabase } from '../open-database.ts'
import { readReport, unusableReport } from './read-report.ts'
import { readTops } from './read-tops.ts'
import { renderReport } from './render.ts'

/** Prints the state of each log, even if some databases do not respond. @returns whether nothing needs attention */
export async function status(
  installation: Installation,
  { json }: { json: boolean },
  print: (line: string) => void,
): Promise<boolean> {
  await using stack = new AsyncDisposableStack()
  const tried = await Promise.all(
    databases.map(async (name) => ({ name, database: await tryDatabase(installation, name) })),
  )
  const opened = tried.map(({ database }) => database).filter((database) => typeof database !== 'string')
  for (const database of opened) stack.use(database)
  const [begun, tops] = await Promise.all([
    Promise.all(opened.filter(({ consumes }) => consumes).map(begunIn)),
    installation.redisUrl === null ? null : readTops(installation.redisUrl),
  ])
  const before = { begun: begun.flat(), tops }
  const reports = await Promise.all(
    tried.map(async ({ name, database }) =>
      typeof database === 'string' ? unusableReport(name, database) : readReport(database, before),
    ),
  )
  const ok = reports.every(({ needs }) => needs.length === 0)
  if (json) print(JSON.stringify({ ok, databases: reports }, null, 2))
  else for (const line of reports.flatMap(renderReport)) print(line)
  return ok
}

async function begunIn({ name, sql }: OpenDatabase) {
  return (await listConsumerStatus(sql)).map((one) => ({ ...one, database: name }))
}
