import type { Lag, Position } from '../../../patterns/change-log/index.ts'
import type { DatabaseName } from '../../../contracts/topology.ts'

/** The log of a database, and how far the cache in Redis has applied it. */
export type DatabaseReport = {
  database: DatabaseName
  /** Null if the database cannot be used, or the log was never started. */
  log: { end: Position; tickAgeMs: number } | null
  /** Null if there is no cache in Redis, or if it does not follow this database. `lag` is null if it is in another epoch. */
  redis: { position: Position; lag: Lag | null } | null
}

/** The level of the cache in Redis. */
export type RedisReport = {
  /** The random text in the names of its keys. Null if it was never started, or if Redis does not respond. */
  incarnation: string | null
  /** What is wrong with Redis, and what to do. */
  fault: string | null
}

/** What a gateway says of itself. */
export type GatewayReport = {
  url: string
  /** `status` of its `/readyz`. Null if it does not respond. */
  status: string | null
  /** State of its cache. `off` if it has none, null if it does not respond. */
  cache: string | null
  /** Why it does not respond. */
  fault: string | null
}

export type StatusReport = {
  databases: readonly DatabaseReport[]
  /** Null if no Redis is known. */
  redis: RedisReport | null
  gateways: readonly GatewayReport[]
  /** What an operator has to do, one sentence each. */
  needs: readonly string[]
}
