import { quantile } from '../support/statistics.ts'
import type { Contender } from './contender.ts'
import { processCpu, treeCpu } from './cpu.ts'
import type { PageLoad } from './page-load.ts'

/** Result of one window. CPU is in milliseconds per page. */
export type Window = {
  pages: number
  /** CPU of each server by name. */
  servers: Record<string, number>
  /** CPU of all processes of Postgres: the backends and the background processes. */
  database: number
  /** CPU of the servers and the database. */
  cpu: number
  /** Pages per second. */
  rps: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** Puts load on one contender while all others are idle, and measures the cost of each page. */
export async function measureWindow(
  contender: Pick<Contender, 'servers'>,
  postmaster: number,
  drive: () => Promise<PageLoad>,
): Promise<Window> {
  const names = Object.keys(contender.servers)
  const look = () =>
    Promise.all([treeCpu(postmaster), ...names.map((name) => processCpu(contender.servers[name] ?? 0))])
  const before = await look()
  const { pages, seconds, latencies } = await drive()
  const after = await look()
  const [database = 0, ...servers] = after.map((cpu, i) => (cpu - (before[i] ?? 0)) / pages)
  return {
    pages,
    servers: Object.fromEntries(names.map((name, i) => [name, servers[i] ?? 0])),
    database,
    cpu: database + servers.reduce((sum, cpu) => sum + cpu, 0),
    rps: pages / seconds,
    p50: quantile(latencies, 0.5),
    p99: quantile(latencies, 0.99),
  }
}
