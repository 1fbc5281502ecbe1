import type { Clock } from '../../platform/clock.ts'
import {
  createSignal,
  type ControlRecord,
  type LogEnd,
  type RecordPage,
} from '../../patterns/change-log/index.ts'

/** Time between two ticks. Milliseconds. */
const TICK_MS = 100
/** Number of records that are kept: a minute of ticks. */
const KEPT = 600
const EPOCH = 1

/**
 * The change log of a subgraph whose data never changes: control records and no events, in memory. Its responses are those of
 * the routes of a service's log.
 */
export type TickLog = Disposable & {
  /** The end of the log, for `GET /log/end`. */
  end(): LogEnd
  /** A page of the log, for `GET /log`. @param query `epoch`, `after`, `limit` and `wait`, as `feedReader` sends them */
  read(query: URLSearchParams): Promise<RecordPage>
}

export function startTickLog(clock: Clock): TickLog {
  const records: ControlRecord[] = []
  const ticked = createSignal()
  const last = () => records.at(-1)?.offset ?? 0
  const tick = () => {
    const offset = last() + 1
    records.push({ kind: 'control', offset, n: offset, cur: `${offset}:${offset}:`, time: clock() })
    if (records.length > KEPT) records.shift()
    ticked.raise()
  }
  tick()
  const timer = setInterval(tick, TICK_MS)

  function pageAfter(after: number, limit: number): RecordPage {
    const first = records[0]?.offset ?? 1
    if (after > last()) return { kind: 'ahead', epoch: EPOCH }
    if (after + 1 < first) return { kind: 'expired', epoch: EPOCH }
    return { kind: 'records', records: records.slice(after + 1 - first).slice(0, limit) }
  }

  return {
    end: () => ({ position: { epoch: EPOCH, offset: last() }, now: clock() }),
    async read(query) {
      const [epoch, after, limit, wait] = ['epoch', 'after', 'limit', 'wait'].map((name) =>
        Number(query.get(name)),
      )
      if (epoch !== EPOCH) return { kind: 'other-epoch', epoch: EPOCH }
      if (after === last()) await ticked.after(ticked.count, wait ?? 0)
      return pageAfter(after ?? 0, limit ?? 0)
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}
