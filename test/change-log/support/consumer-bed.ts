import type { ConsumerName, Handler } from '../../../patterns/change-log/consumer/handler.ts'
import { beginConsumer } from '../../../patterns/change-log/consumer/consumer-offset.ts'
import {
  readConsumerPosition,
  type ConsumerPosition,
} from '../../../patterns/change-log/consumer/consumer-position.ts'
import type { EventRecord, LogRecord } from '../../../patterns/change-log/record.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import type { LogReader } from '../../../patterns/change-log/transports/transport.ts'
import { openLogDatabase, sqlOf, type LogDatabase, type Session } from './log-database.ts'

export const NAME: ConsumerName = { consumer: 'counter', source: 'users' }

/** A consumer's database: `effect` lists what was applied, in order. */
export type ConsumerBed = AsyncDisposable & {
  database: LogDatabase
  session: Session
  position(): Promise<ConsumerPosition>
  /** Payloads of the applied events, in the order in which they were applied. */
  effects(): Promise<string[]>
}

/** Begun at the start of epoch 7, unless told otherwise. */
export async function openConsumer(epoch = 7): Promise<ConsumerBed> {
  const database = await openLogDatabase()
  const session = await database.session()
  await session.sql('create table effect (n bigint generated always as identity, payload text not null)')
  await beginConsumer(session.sql, NAME, { epoch, offset: 0 })
  return {
    database,
    session,
    async position() {
      const position = await readConsumerPosition(session.sql, NAME)
      if (!position) throw new Error('never begun')
      return position
    },
    async effects() {
      const rows = await session.sql<{ payload: string }>('select payload from effect order by n')
      return rows.map(({ payload }) => payload)
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  }
}

/** Writes each event down; `poison` cannot be applied as long as it is in the set. */
export function writingHandler(poison = new Set<string>()): Handler {
  return {
    versions: { test: 1 },
    async apply(tx: Sql, events: readonly EventRecord[]) {
      for (const { payload } of events) {
        await tx('insert into effect (payload) values ($1)', payload)
        if (poison.has(String(payload))) throw new Error(`cannot apply ${String(payload)}`)
      }
    },
  }
}

/** Transactions of one session. */
export function transactOf({ client }: Session): Transact {
  return async (run) => {
    await client.query('begin')
    try {
      const result = await run(sqlOf(client))
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    }
  }
}

/** A log as text: `a1 a2 | b1`, the key being the first letter, `|` a control record. Offsets begin at `from`. */
export function recordsOf(text: string, from = 1): LogRecord[] {
  return text.split(' ').map((word, i) => {
    const offset = from + i
    if (word === '|')
      return { kind: 'control', offset, n: offset, cur: `${offset + 100}:${offset + 100}:`, time: offset }
    const event = {
      key: word.slice(0, 1),
      type: 'test',
      version: 1,
      payload: word,
      touches: null,
      headers: {},
      time: 0,
    }
    return { kind: 'event', offset, xid: String(offset + 50), ...event }
  })
}

/** The first of the records, which must be an event. */
export function requireEvent([record]: readonly LogRecord[]): EventRecord {
  if (record?.kind !== 'event') throw new Error('no event')
  return record
}

/** A log that is all there from the start. Stops whoever has applied it to its end. */
export function fixedReader(
  bed: ConsumerBed,
  records: readonly LogRecord[],
  stop: AbortController,
): LogReader {
  return {
    async read({ offset }, limit) {
      const page = records.filter((record) => record.offset > offset).slice(0, limit)
      if (page.length === 0 && (await bed.position()).offset === records.at(-1)?.offset) stop.abort()
      return { kind: 'records', records: page }
    },
  }
}

/** Whether the session waits for a lock that another one holds. */
export async function isWaiting(bed: Pick<ConsumerBed, 'session'>, { pid }: Session): Promise<boolean> {
  const [row] = await bed.session.sql<{ waiting: boolean }>(
    "select wait_event_type = 'Lock' as waiting from pg_stat_activity where pid = $1",
    pid,
  )
  return row?.waiting ?? false
}
