import type { Transact } from '../../../contracts/sql.ts'
import type { ConsumerName } from './handler.ts'
import { deleteParked } from './parked.ts'
import type { Copy } from './rebuild-from.ts'

/** An epoch that no log has. A consumer in this epoch is rebuilt. */
const NO_EPOCH = 0

/**
 * Removes the logs that a consumer no longer follows, and its copies of their owners' state. The consumer must then be
 * rebuilt from the remaining owners: its data may be derived from several logs, and an event may wait for a log that was
 * removed.
 *
 * @param sources the logs that the consumer follows
 * @returns the logs that were removed; empty if there are none, or if another process has removed them
 */
export async function leaveSources(
  transact: Transact,
  consumer: ConsumerName['consumer'],
  sources: readonly string[],
  copy: Copy,
): Promise<string[]> {
  return transact(async (tx) => {
    const rows = await tx<{ source: string }>(
      `select source from consumer_offset where consumer = $1 and source <> all ($2::text[])
       order by source for update`,
      consumer,
      sources,
    )
    const left = rows.map(({ source }) => source)
    if (left.length === 0) return []
    await deleteParked(tx, consumer, left)
    await tx('delete from consumer_offset where consumer = $1 and source = any ($2::text[])', consumer, left)
    for (const source of left) await copy.clear(tx, source)
    await tx(
      `update consumer_offset set epoch = ${NO_EPOCH}, "offset" = 0, cur = null, export = null, waiting = null,
              waiting_since = null
       where consumer = $1`,
      consumer,
    )
    return left
  })
}
