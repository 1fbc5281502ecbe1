import type { Sql, Transact } from '../../../contracts/sql.ts'
import { lockStreams } from '../lock-streams.ts'
import { readRange, readStored } from '../read-streams.ts'
import type { StoredEvent } from '../event.ts'
import { lists, strayStreams, streamRanges, type StreamRange } from './chunks.ts'
import { compareStreams } from './compare-streams.ts'
import { inParallel } from './in-parallel.ts'
import { startReport, type Report } from './report.ts'
import type { StreamProjection } from './stream-projection.ts'

export type RebuildOptions<State, Rows> = {
  sql: Sql
  /** Transactions of at least `parallel` connections. */
  transact: Transact
  projection: StreamProjection<State, Rows>
  /** Compares without repairing anything. Takes no locks. */
  checkOnly: boolean
  /** Continues after this stream, if streams up to it were already compared. @default '' */
  after?: string
  /** Number of transactions at a time. @default 4 */
  parallel?: number
  /** Number of streams that are read at a time. @default 1000 */
  chunk?: number
  /** Called after each chunk. */
  progress?: (report: Report) => void
}

/** Maximum number of streams of a transaction that repairs. Commands on them wait for it. */
const REPAIRED = 100

/**
 * Compares the tables of a projection with the events, and repairs what differs, while commands go on. First all streams that
 * have events, then rows of streams that have none, then the counters.
 *
 * A chunk of streams is read in one snapshot without locks. The rows of a stream change in the transaction that appends, so
 * there they differ only if something is wrong. What differs is locked, compared again, and repaired.
 *
 * It may be stopped at any time, and run again: `report.after` says where to continue.
 *
 * @returns a report; `stopped` if `stop` was aborted
 * @throws Error if the projection refuses to be repaired, and any error of the database
 */
export async function rebuildProjection<State, Rows>(
  { sql, transact, projection, checkOnly, ...options }: RebuildOptions<State, Rows>,
  stop: AbortSignal,
): Promise<Report> {
  const { after = '', parallel = 4, chunk = 1_000, progress = () => {} } = options
  const refusal = checkOnly ? null : await projection.refusal(sql)
  if (refusal !== null) throw new Error(`The projection cannot be rebuilt: ${refusal}`)
  const { report, begin } = startReport(after)

  async function compare(read: (tx: Sql) => Promise<Map<string, StoredEvent[]>>): Promise<void> {
    const { streams, compared } = await transact(async (tx) => {
      await tx('set transaction isolation level repeatable read, read only')
      const events = await read(tx)
      return { streams: events.size, compared: await compareStreams(tx, projection, events) }
    })
    const wrong = compared.differences.map(({ stream }) => stream)
    report.streams += streams
    report.events += compared.events
    report.differing.add(wrong)
    report.unreadable.add(compared.unreadable)
    if (checkOnly) return
    for (let from = 0; from < wrong.length; from += REPAIRED) await repair(wrong.slice(from, from + REPAIRED))
  }

  async function repair(wrong: readonly string[]): Promise<void> {
    const { unreadable } = await transact(async (tx) => {
      await lockStreams(tx, wrong)
      const compared = await compareStreams(tx, projection, await readStored(tx, wrong))
      if (compared.differences.length > 0) await projection.repair(tx, compared.differences)
      return compared
    })
    // Those that no longer differ were repaired by somebody else.
    report.repaired += wrong.length - unreadable.length
    report.unreadable.add(unreadable)
  }

  async function compareCounters(ids: readonly string[]): Promise<void> {
    const { counters } = projection
    if (!counters) return
    report.counters += ids.length
    const wrong = await counters.wrong(sql, ids)
    report.wrongCounters.add(wrong)
    if (checkOnly || wrong.length === 0) return
    await transact((tx) => counters.repair(tx, wrong))
    report.repairedCounters += wrong.length
  }

  const over = { parallel, stop, done: () => progress(report) }
  await inParallel(
    streamRanges(sql, after, chunk),
    async (range: StreamRange) => {
      const end = begin(range.upTo)
      await compare((tx) => readRange(tx, range))
      end()
    },
    over,
  )
  await inParallel(
    strayStreams(sql, projection, chunk),
    async (strays) => {
      if (strays.length > 0) await compare((tx) => readStored(tx, strays))
    },
    over,
  )
  const { counters } = projection
  if (counters)
    await inParallel(
      lists((last) => counters.list(sql, last, chunk)),
      compareCounters,
      over,
    )
  report.stopped = stop.aborted
  return report
}
