import type { Signal } from '../signal.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { ConsumerName } from './handler.ts'

/** Positions of the consumer in its other logs, as text to compare. */
export async function readOthers(sql: Sql, { consumer, source }: ConsumerName): Promise<string> {
  const [row] = await sql<{ text: string | null }>(
    `select string_agg(concat_ws(' ', source, epoch, "offset", build), ', ' order by source) as text
     from consumer_offset where consumer = $1 and source <> $2`,
    consumer,
    source,
  )
  return row?.text ?? ''
}

export type WatchOthers = {
  sql: Sql
  name: ConsumerName
  /** Raised by the consumers of this process after each commit. */
  moved: Signal
  /** Interval between reads, because another process may apply the other logs. Milliseconds. */
  pollMs: number
}

/**
 * Waits until another log of the consumer has moved since `seen` was read, or until `stop` is aborted.
 *
 * @returns the current text of `readOthers`
 */
export async function othersMoved(
  { sql, name, moved, pollMs }: WatchOthers,
  seen: string,
  stop: AbortSignal,
): Promise<string> {
  for (;;) {
    const count = moved.count
    const now = await readOthers(sql, name)
    if (now !== seen || stop.aborted) return now
    await moved.after(count, pollMs, stop)
  }
}
