import type { Position } from '../position.ts'
import { type AppliedSnapshot, parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../sql-port.ts'
import type { ConsumerName } from './handler.ts'

/** How far a consumer has applied a log: its row of `consumer_offset`. */
export type ConsumerPosition = Position & {
  /** Grows with each rebuild. */
  readonly build: number
  /** Snapshot of the export it was rebuilt from; null once the ticks have covered that. */
  readonly exported: string | null
  /** Snapshot of the last control record it has applied; null before the first. */
  readonly cur: string | null
}

/** A consumer of this database, its position, and how many of its keys are parked. */
export type ListedConsumer = ConsumerName & { position: ConsumerPosition; parkedKeys: number }

const COLUMNS = 'epoch, "offset", build, export, cur'

type Row = { epoch: string; offset: string; build: number; export: string | null; cur: string | null }

/** Null when the consumer was never begun. */
export async function readConsumerPosition(
  sql: Sql,
  { consumer, source }: ConsumerName,
): Promise<ConsumerPosition | null> {
  const [row] = await sql<Row>(
    `select ${COLUMNS} from consumer_offset where consumer = $1 and source = $2`,
    consumer,
    source,
  )
  return row ? positionOf(row) : null
}

/** The consumers that were ever begun in this database, by name. */
export async function listConsumerPositions(sql: Sql): Promise<ListedConsumer[]> {
  const rows = await sql<Row & ConsumerName & { parked: number }>(
    `select ${COLUMNS}, consumer, source,
            (select count(*)::integer from parked_key k
             where (k.consumer, k.source) = (c.consumer, c.source)) as parked
     from consumer_offset c order by consumer, source`,
  )
  return rows.map(({ consumer, source, parked, ...row }) => ({
    consumer,
    source,
    position: positionOf(row),
    parkedKeys: parked,
  }))
}

/** What readers compare with a token; null before the first control record. */
export function appliedSnapshot(position: ConsumerPosition | null): AppliedSnapshot | null {
  if (!position || position.cur === null) return null
  return { epoch: position.epoch, cur: parseSnapshot(position.cur) }
}

function positionOf(row: Row): ConsumerPosition {
  const { build, export: exported, cur } = row
  return { epoch: Number(row.epoch), offset: Number(row.offset), build, exported, cur }
}
