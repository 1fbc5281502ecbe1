import { quantile } from '../support/statistics.ts'
import type { Contender } from './contender.ts'
import { processCpu, treeCpu } from './cpu.ts'
import type { PageLoad } from './page-load.ts'

/** What one window measured. CPU in milliseconds per page. */
export type Window = {
  pages: number
  /** Of each server by its name. */
  servers: Record<string, number>
  /** Of all of Postgres: the backends and everything that works beside them. */
  database: number
  /** Servers and database. */
  cpu: number
  /** Pages per second. */
  rps: number
  /** Milliseconds. */
  p50: number
  p99: number
}

/** Drives one contender while all others are idle, and says what each page cost. */
export async function measureWindow(
  contender: Contender,
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
