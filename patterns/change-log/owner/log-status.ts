import type { Position } from '../position.ts'
import { listConsumers, type Registration } from './registration.ts'
import type { Sql } from '../../../contracts/sql.ts'

export type LogStatus = {
  /** The end of the log. */
  end: Position
  /** The start of the log: the records after this position can be read. */
  begin: Position
  /** Age of the last tick. If it is much more than a heartbeat, there is no relay. Milliseconds. */
  tickAgeMs: number
  /** `rows` is from the statistics of Postgres, which lag slightly. Counting would read all rows. */
  outbox: { rows: number; bytes: number }
  /**
   * Each consumer, as of its last report. `lag` is the number of records that it still has to apply. `lagMs` is the age of
   * the first tick among them in milliseconds; 0 if there is none. Both are null if the consumer is in another epoch.
   */
  consumers: (Registration & { lag: number | null; lagMs: number | null })[]
}

/** Status of a log, for people and metrics. Null if the log was never started. */
export async function readStatus(sql: Sql): Promise<LogStatus | null> {
  const [row] = await sql<Row>(
    `select epoch, base + cnt as end, (select min(base) - 1 from tick) as begin,
            extract(epoch from clock_timestamp() - time) * 1000 as age,
            pg_stat_get_live_tuples('outbox'::regclass) as rows,
            pg_total_relation_size('outbox') as bytes
     from tick order by n desc limit 1`,
  )
  if (!row) return null
  const epoch = Number(row.epoch)
  const end = Number(row.end)
  const ages = new Map((await sql<Age>(AGES)).map(({ name, age }) => [name, Number(age)]))
  const consumers = (await listConsumers(sql)).map((consumer) => ({
    ...consumer,
    lag: consumer.epoch === epoch ? Math.max(end - consumer.offset, 0) : null,
    lagMs: consumer.epoch === epoch ? (ages.get(consumer.name) ?? 0) : null,
  }))
  return {
    end: { epoch, offset: end },
    begin: { epoch, offset: Number(row.begin) },
    tickAgeMs: Math.round(Number(row.age)),
    outbox: { rows: Number(row.rows), bytes: Number(row.bytes) },
    consumers,
  }
}

type Row = { epoch: string; begin: string; end: string; age: string; rows: string; bytes: string }
type Age = { name: string; age: string }

/** A tick is found by its unique (epoch, base): the tick that holds the consumer's next record, or the first one after it. */
const AGES = `
  select c.name, round(extract(epoch from clock_timestamp() - t.time) * 1000) as age
  from log_consumer c cross join lateral (
    select time from tick t
    where t.epoch = c.epoch and t.base + t.cnt > c."offset" and t.base >= coalesce(
      (select base from tick where epoch = c.epoch and base <= c."offset" order by base desc limit 1), 0)
    order by t.base limit 1
  ) t`
