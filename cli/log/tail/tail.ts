import { readStatus, type EventRecord, type LogStatus } from '../../../patterns/change-log/index.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'
import { databases, serviceOf } from '../../../contracts/topology.ts'
import type { TailArguments } from '../arguments.ts'
import type { Installation } from '../installation.ts'
import { openDatabases, type OpenDatabase } from '../open-database.ts'
import { plain } from '../plain.ts'
import { followEvents } from './follow.ts'
import { databaseReader, readLast, readRange, type Wanted } from './read-events.ts'

/** Events of one log, and its status, which contains its end, at the time of reading. */
type Read = { database: OpenDatabase; status: LogStatus; events: readonly EventRecord[] }

/**
 * Prints events of one log or of all. With `follow`, also prints new events until `stop` is aborted.
 *
 * @param printToStderr called with messages that are not events
 */
export async function tail(
  installation: Installation,
  options: TailArguments,
  {
    print,
    printToStderr,
    stop,
  }: { print: (line: string) => void; printToStderr: (line: string) => void; stop: AbortSignal },
): Promise<void> {
  await using stack = new AsyncDisposableStack()
  const wanted = (event: EventRecord) =>
    (options.type === null || event.type === options.type) &&
    (options.key === null || event.key === options.key)
  const render = options.json ? renderJson : renderLine
  const asked = options.database === null ? databases : [options.database]
  const opened = await openDatabases(installation, asked, stack)
  const logs = await Promise.all(opened.map((database) => readOne(database, options, wanted, stop)))
  const events = logs.flatMap(({ database, events: own }) => own.map((event) => ({ database, event })))
  // Events of different logs are ordered only by their clocks.
  if (logs.length > 1) events.sort((a, b) => a.event.time - b.event.time)
  const from =
    options.from === null && options.lines !== null ? Math.max(events.length - options.lines, 0) : 0
  for (const { database, event } of events.slice(from)) print(render(database, event))
  if (!options.follow) return
  await Promise.all(
    logs.map(({ database, status }) => {
      const show = (event: EventRecord) => void (wanted(event) && print(render(database, event)))
      return followEvents(database, status.end, show, printToStderr, stop)
    }),
  )
}

async function readOne(
  database: OpenDatabase,
  { from, lines }: TailArguments,
  wanted: Wanted,
  stop: AbortSignal,
): Promise<Read> {
  const { name, sql } = database
  const status = await readStatus(sql)
  if (!status) {
    throw new UserFacingError(
      `The log of ${name} was never started. Start the ${serviceOf(name)} service, which starts it.`,
    )
  }
  const reader = databaseReader(sql)
  if (from === null) {
    return { database, status, events: await readLast(reader, status, lines ?? 0, wanted, stop) }
  }
  requireWithin(name, from, status)
  const events: EventRecord[] = []
  const after = { epoch: status.end.epoch, offset: from - 1 }
  for await (const event of readRange(reader, after, status.end.offset, stop)) {
    if (lines !== null && events.length === lines) break
    if (wanted(event)) events.push(event)
  }
  return { database, status, events }
}

/** @throws UserFacingError if the log does not contain that offset, and it is not the next one */
function requireWithin(database: string, from: number, { begin, end }: LogStatus): void {
  if (from > begin.offset && from <= end.offset + 1) return
  throw new UserFacingError(
    `--from ${from}: the log of ${database} has the offsets ${begin.offset + 1} to ${end.offset} of epoch ${end.epoch}.`,
  )
}

function renderJson({ name }: OpenDatabase, event: EventRecord): string {
  return JSON.stringify({ database: name, ...event })
}

function renderLine({ name }: OpenDatabase, event: EventRecord): string {
  const { offset, time, key, type, version, payload } = event
  const columns = [name.padEnd(9), offset, new Date(time).toISOString(), key, type, `v${version}`]
  return plain(`${columns.join(' ')} ${JSON.stringify(payload)}`)
}
