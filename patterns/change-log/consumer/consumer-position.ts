import type { Position } from '../position.ts'
import { type AppliedSnapshot, parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { ConsumerName } from './handler.ts'
import { OPEN_WORK } from './parked.ts'

/** Position of a consumer in a log: its row of `consumer_offset`. */
export type ConsumerPosition = Position & {
  /** Grows with each rebuild. */
  readonly build: number
  /** Snapshot of the export that the consumer was rebuilt from. Null once its ticks cover that snapshot. */
  readonly exported: string | null
  /** Snapshot of the last control record that was applied. Null before the first. */
  readonly cur: string | null
}

export type FreshPosition = ConsumerPosition & { readonly parked: boolean }

/** Status of a consumer, as stored in its own database. */
export type ConsumerStatus = ConsumerName & {
  position: ConsumerPosition
  /**
   * Age of the last tick that was applied. Null before the first. It depends on the clocks of both databases. Milliseconds.
   */
  ageMs: number | null
  /** Number of keys whose event cannot be applied. */
  parkedKeys: number
  /** Number of keys with open work of a rebuild that is not handled yet. */
  drainingKeys: number
  /** Why the next event, or an item of open work, waits for another log (`NotYet`), and for how long. Null if none waits. */
  waiting: { reason: string; ms: number } | null
}

const POSITION = 'epoch, "offset", build, export, cur'

type PositionRow = {
  epoch: string
  offset: string
  build: number
  export: string | null
  cur: string | null
}

const STATUS = `
  select ${POSITION}, consumer, source, extract(epoch from clock_timestamp() - tick_time) * 1000 as age,
         coalesce(waiting, item.reason) as waiting,
         extract(epoch from clock_timestamp() - coalesce(waiting_since, item.parked_at)) * 1000 as waits,
         (select count(*)::integer from parked_key k where (k.consumer, k.source) = (c.consumer, c.source) and not draining) as parked,
         (select count(*)::integer from parked_key k
          where (k.consumer, k.source) = (c.consumer, c.source) and draining) as draining
  from consumer_offset c left join lateral (
    select reason, parked_at from parked_key k
    where (k.consumer, k.source) = (c.consumer, c.source) and draining and reason <> '${OPEN_WORK}'
    order by parked_at limit 1
  ) item on true`

type StatusRow = PositionRow &
  ConsumerName & {
    age: string | null
    waiting: string | null
    waits: string | null
    parked: number
    draining: number
  }

/** Null if the consumer was never begun. */
export async function readConsumerPosition(
  sql: Sql,
  { consumer, source }: ConsumerName,
): Promise<ConsumerPosition | null> {
  const [row] = await sql<PositionRow>(
    `select ${POSITION} from consumer_offset where consumer = $1 and source = $2`,
    consumer,
    source,
  )
  return row ? positionOf(row) : null
}

/** The same, and whether any key is parked, in one snapshot. Then the position is not fresh for any token. */
export async function readFreshPosition(
  sql: Sql,
  { consumer, source }: ConsumerName,
): Promise<FreshPosition | null> {
  const [row] = await sql<PositionRow & { parked: boolean }>(
    `select ${POSITION}, exists (select from parked_key where consumer = $1 and source = $2) as parked
     from consumer_offset where consumer = $1 and source = $2`,
    consumer,
    source,
  )
  return row ? { ...positionOf(row), parked: row.parked } : null
}

/** Null if the consumer was never begun. */
export async function readConsumerStatus(
  sql: Sql,
  { consumer, source }: ConsumerName,
): Promise<ConsumerStatus | null> {
  const [row] = await sql<StatusRow>(`${STATUS} where consumer = $1 and source = $2`, consumer, source)
  return row ? statusOf(row) : null
}

/** Status of all consumers that were ever begun in this database, by name. */
export async function listConsumerStatus(sql: Sql): Promise<ConsumerStatus[]> {
  return (await sql<StatusRow>(`${STATUS} order by consumer, source`)).map(statusOf)
}

/** Snapshot that readers compare with a token. Null before the first control record. */
export function appliedSnapshot(position: ConsumerPosition | null): AppliedSnapshot | null {
  if (!position || position.cur === null) return null
  return { epoch: position.epoch, cur: parseSnapshot(position.cur) }
}

function positionOf(row: PositionRow): ConsumerPosition {
  const { build, export: exported, cur } = row
  return { epoch: Number(row.epoch), offset: Number(row.offset), build, exported, cur }
}

function statusOf({
  consumer,
  source,
  age,
  waiting,
  waits,
  parked,
  draining,
  ...row
}: StatusRow): ConsumerStatus {
  return {
    consumer,
    source,
    position: positionOf(row),
    ageMs: age === null ? null : Math.round(Number(age)),
    parkedKeys: parked,
    drainingKeys: draining,
    waiting: waiting === null ? null : { reason: waiting, ms: Math.round(Number(waits)) },
  }
}
