import type { Position } from './position.ts'
import { listConsumers, type Registration } from './registration.ts'
import type { Sql } from './sql-port.ts'

export type LogStatus = {
  /** Where the log ends. */
  end: Position
  /** Where it begins: what follows this position can be read. */
  begin: Position
  /** Age of the last tick. Much more than a heartbeat: there is no relay. Milliseconds. */
  tickAgeMs: number
  /** Records that each consumer still has to apply, as far as it told; null for one of another epoch. */
  consumers: (Registration & { lag: number | null })[]
}

/** How a log is doing, for people and metrics. Null when it was never started. */
export async function readStatus(sql: Sql): Promise<LogStatus | null> {
  const [row] = await sql<{ epoch: string; begin: string; end: string; age: string }>(
    `select epoch, base + cnt as end, (select min(base) - 1 from tick) as begin,
            extract(epoch from clock_timestamp() - time) * 1000 as age
     from tick order by n desc limit 1`,
  )
  if (!row) return null
  const epoch = Number(row.epoch)
  const end = Number(row.end)
  const consumers = (await listConsumers(sql)).map((consumer) => ({
    ...consumer,
    lag: consumer.epoch === epoch ? Math.max(end - consumer.offset, 0) : null,
  }))
  return {
    end: { epoch, offset: end },
    begin: { epoch, offset: Number(row.begin) },
    tickAgeMs: Math.round(Number(row.age)),
    consumers,
  }
}
