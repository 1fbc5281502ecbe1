import type { Position } from '../position.ts'
import type { Sql } from '../sql-port.ts'
import type { ConsumerName } from './handler.ts'

/** A consumer as its own database knows it. */
export type Begun = ConsumerName & { position: Position; parkedKeys: number }

/** The consumers that were ever begun in this database, by name. */
export async function listBegun(sql: Sql): Promise<Begun[]> {
  const rows = await sql<ConsumerName & { epoch: string; offset: string; parked: number }>(
    `select consumer, source, epoch, "offset",
            (select count(*)::integer from parked_key k
             where (k.consumer, k.source) = (c.consumer, c.source)) as parked
     from consumer_offset c order by consumer, source`,
  )
  return rows.map(({ consumer, source, epoch, offset, parked }) => ({
    consumer,
    source,
    position: { epoch: Number(epoch), offset: Number(offset) },
    parkedKeys: parked,
  }))
}
