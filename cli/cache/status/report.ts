import type { Position } from '../../../patterns/change-log/index.ts'
import type { DatabaseName } from '../../../contracts/topology.ts'

/** The log of a database. */
export type DatabaseReport = {
  database: DatabaseName
  /** Null if the database cannot be used, or the log was never started. */
  log: { end: Position; tickAgeMs: number } | null
}

/** The level of the cache in Redis. */
export type RedisReport = {
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
