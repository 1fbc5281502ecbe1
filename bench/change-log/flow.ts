import type { Sql, Transact } from '../../contracts/sql.ts'
import {
  beginConsumer,
  consume,
  readConsumerPosition,
  type EventRecord,
  type Handler,
  type LogReader,
  type Position,
} from '../../patterns/change-log/index.ts'
import type { Bed, Session } from './bed.ts'

/** Counts posts by author: one statement for each batch. */
export const counting: Handler = {
  versions: { 'post.created': 1 },
  async apply(tx: Sql, events: readonly EventRecord[]) {
    const counts = new Map<string, number>()
    for (const { payload } of events) {
      const { authorId } = payload as { authorId: string }
      counts.set(authorId, (counts.get(authorId) ?? 0) + 1)
    }
    await tx(
      `insert into counter (author, n) select * from unnest($1::text[], $2::bigint[])
       on conflict (author) do update set n = counter.n + excluded.n`,
      [...counts.keys()],
      [...counts.values()],
    )
  },
}

/** Writes one row for each event. */
export const listing: Handler = {
  versions: { 'post.created': 1 },
  async apply(tx: Sql, events: readonly EventRecord[]) {
    await tx(
      'insert into entry (id, payload) select * from unnest($1::text[], $2::text[]) on conflict (id) do nothing',
      events.map(({ key, offset }) => `${key}.${offset}`),
      events.map(({ payload }) => JSON.stringify(payload)),
    )
  },
}

export function transactOf({ sql }: Session): Transact {
  return async (run) => {
    await sql('begin')
    try {
      const result = await run(sql)
      await sql('commit')
      return result
    } catch (error) {
      await sql('rollback').catch(() => {})
      throw error
    }
  }
}

/** Applies a log from a position to an offset. Resolves with the time it took, in ms. */
export async function drain(
  bed: Bed,
  name: string,
  reader: LogReader,
  from: Position,
  end: number,
  handler: Handler,
  batch: number,
): Promise<number> {
  const [working, watching] = [await bed.session('consumer'), await bed.session('consumer')]
  const consumer = { consumer: name, source: 'bench' }
  await beginConsumer(working.sql, consumer, from)
  const stop = new AbortController()
  const started = performance.now()
  const transact = transactOf(working)
  const report = (_: string, message: string) => console.error(message)
  const applied = ({ position }: { position: Position }) => {
    if (position.offset >= end) stop.abort()
  }
  const options = { name: consumer, reader, sql: watching.sql, transact, handler, report, batch, applied }
  const how = await consume(options, stop.signal)
  const ms = performance.now() - started
  const progress = await readConsumerPosition(watching.sql, consumer)
  if (how !== 'stopped' || !progress || progress.offset < end) throw new Error(`${name} ended: ${how}`)
  return ms
}
