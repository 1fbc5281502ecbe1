import { listConsumerStatus } from '../../../patterns/change-log/index.ts'
import { databases, serviceOf } from '../../../contracts/topology.ts'
import type { Installation } from '../installation.ts'
import { tryDatabase, type OpenDatabase } from '../open-database.ts'
import { readReport, unusableReport, type ReadBefore } from './read-report.ts'
import { readTops } from './read-tops.ts'
import { renderReport } from './render.ts'
import type { LogReport } from './report.ts'

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
    // If this fails, the report of the same database says why.
    Promise.all(opened.filter(({ consumes }) => consumes).map((one) => begunIn(one).catch(() => []))),
    installation.redisUrl === null ? null : readTops(installation.redisUrl),
  ])
  const before = { begun: begun.flat(), tops }
  const reports = await Promise.all(
    tried.map(async ({ name, database }) =>
      typeof database === 'string' ? unusableReport(name, database) : tryReport(database, before),
    ),
  )
  const ok = reports.every(({ needs }) => needs.length === 0)
  if (json) print(JSON.stringify({ ok, databases: reports }, null, 2))
  else for (const line of reports.flatMap(renderReport)) print(line)
  return ok
}

async function tryReport(database: OpenDatabase, before: ReadBefore): Promise<LogReport> {
  const { name } = database
  try {
    return await readReport(database, before)
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return unusableReport(
      name,
      `The log of ${name} cannot be read: ${message}. Try again; if it stays so, see the /readyz of the ${serviceOf(name)} service.`,
    )
  }
}

async function begunIn({ name, sql }: OpenDatabase) {
  return (await listConsumerStatus(sql)).map((one) => ({ ...one, database: name }))
}
