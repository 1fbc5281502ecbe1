import { insertEvents } from '../../patterns/change-log/index.ts'
import { processCpu } from '../system/cpu.ts'
import { spread } from '../support/statistics.ts'
import type { BenchSettings } from './arguments.ts'
import { openBed } from './bed.ts'
import { event } from './events.ts'
import { figure, rounded, type Figure } from './figures.ts'

/** Of one turn. */
const TRANSACTIONS = 5_000
const ROWS = 1_000

/** CPU of one transaction, µs: of this process and of its backend. */
type Cost = { node: number; postgres: number }

export type InsertResult = { bareUs: Cost; loggedUs: Cost; more: Figure }

/** What an outbox insert costs a small SQL transaction: lock a row, change it, with and without an event. */
export async function measureInsert(
  { rounds }: BenchSettings,
  log: (line: string) => void,
): Promise<InsertResult> {
  await using bed = await openBed()
  const { sql, pid, client } = await bed.session('owner')
  await client.query('create table thing (id integer primary key, n integer not null default 0)')
  await client.query(`insert into thing select i from generate_series(0, ${ROWS - 1}) i`)
  const transaction = async (i: number, withEvent: boolean) => {
    await sql('begin')
    await sql('select n from thing where id = $1 for update', i % ROWS)
    await sql('update thing set n = n + 1 where id = $1', i % ROWS)
    if (withEvent) await insertEvents(sql, [event(i)], () => null)
    await sql('commit')
  }
  const measure = async (withEvent: boolean): Promise<Cost> => {
    await client.query('truncate outbox')
    const [node, postgres] = [process.cpuUsage(), await processCpu(pid)]
    for (let i = 0; i < TRANSACTIONS; i++) await transaction(i, withEvent)
    const { user, system } = process.cpuUsage(node)
    const backend = (await processCpu(pid)) - postgres
    return { node: (user + system) / TRANSACTIONS, postgres: (backend * 1_000) / TRANSACTIONS }
  }
  await measure(true)
  const [bare, logged]: [Cost[], Cost[]] = [[], []]
  for (let round = 1; round <= rounds; round++) {
    bare.push(await measure(false))
    logged.push(await measure(true))
    log(`insert, round ${round}: ${shown(bare.at(-1))} µs without, ${shown(logged.at(-1))} µs with an event`)
  }
  const more = logged.map((cost, i) => sum(cost) / sum(bare[i]) - 1)
  return { bareUs: middle(bare), loggedUs: middle(logged), more: figure(more) }
}

const sum = (cost: Cost | undefined) => (cost ? cost.node + cost.postgres : Number.NaN)
const shown = (cost: Cost | undefined) => Math.round(sum(cost))

function middle(costs: readonly Cost[]): Cost {
  const of = (part: keyof Cost) => rounded(spread(costs.map((cost) => cost[part])).median)
  return { node: of('node'), postgres: of('postgres') }
}
