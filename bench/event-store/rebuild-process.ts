import { Pool } from 'pg'
import { rebuildProjection, isRight } from '../../patterns/event-store/index.ts'
import { pooledSql } from '../../platform/postgres/pooled-sql.ts'
import { relationProjection } from '../../subgraphs/followers/projection/relation-projection.ts'

/** What the parent asks for. */
export type RebuildOrder = { parallel?: number; chunk?: number }
export type Rebuilt = {
  events: number
  streams: number
  ms: number
  cpuMs: number
  right: boolean
  repaired: number
}

/** Rebuilds the tables of relations each time that its parent asks for it. Argument: the URL of the database. */
const pool = new Pool({ connectionString: process.argv[2], max: 18 })
const { sql, transact } = pooledSql(pool)
process.on('message', (order: RebuildOrder) => void answer(order))
process.once('disconnect', () => process.exit())
process.on('SIGINT', () => {})

async function answer(order: RebuildOrder): Promise<void> {
  process.send?.(await rebuild(order))
}

async function rebuild(order: RebuildOrder): Promise<Rebuilt> {
  const began = performance.now()
  const before = process.cpuUsage()
  const report = await rebuildProjection(
    { sql, transact, projection: relationProjection, checkOnly: false, ...order },
    new AbortController().signal,
  )
  const { user, system } = process.cpuUsage(before)
  return {
    events: report.events,
    streams: report.streams,
    ms: performance.now() - began,
    cpuMs: (user + system) / 1_000,
    right: isRight(report),
    repaired: report.repaired + report.repairedCounters,
  }
}
