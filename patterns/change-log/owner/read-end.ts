import type { Sql } from '../../../contracts/sql.ts'
import type { LogEnd } from '../transports/log-end.ts'

/** Reads the end of the log. @throws Error if the log was never started */
export async function readEnd(sql: Sql): Promise<LogEnd> {
  const [row] = await sql<{ epoch: string; offset: string; now: string }>(
    `select epoch, coalesce((select base + cnt from tick t where t.epoch = s.epoch order by n desc limit 1), 0) as offset,
            ceil(extract(epoch from clock_timestamp()) * 1000) as now
     from log_state s`,
  )
  if (!row) throw new Error('The log was never started.')
  return { position: { epoch: Number(row.epoch), offset: Number(row.offset) }, now: Number(row.now) }
}
