import { insertEvents } from '../../patterns/change-log/index.ts'
import { cpuOf, type Bed } from './bed.ts'
import { event } from './events.ts'

const TRANSACTIONS = 3_000
const ROUNDS = 5

/** CPU of one transaction, µs: of this process and of its backend. */
type Cost = { node: number; postgres: number }

/** What an outbox insert costs a small SQL transaction: lock a row, change it, with and without an event. */
export async function insertCost(bed: Bed) {
  const { sql, pid } = await bed.session('owner')
  const transaction = async (i: number, withEvent: boolean) => {
    await sql('begin')
    await sql('select n from thing where id = $1 for update', i % 1_000)
    await sql('update thing set n = n + 1 where id = $1', i % 1_000)
    if (withEvent) await insertEvents(sql, [event(i)], () => null)
    await sql('commit')
  }
  const measure = async (withEvent: boolean): Promise<Cost> => {
    const [node, postgres] = [process.cpuUsage(), await cpuOf(pid)]
    for (let i = 0; i < TRANSACTIONS; i++) await transaction(i, withEvent)
    const { user, system } = process.cpuUsage(node)
    const backend = (await cpuOf(pid)) - postgres
    return { node: (user + system) / TRANSACTIONS, postgres: (backend * 1_000) / TRANSACTIONS }
  }
  await measure(true)
  const [bare, logged]: Cost[][] = [[], []]
  for (let round = 0; round < ROUNDS; round++) {
    bare?.push(await measure(false))
    logged?.push(await measure(true))
  }
  const [without, withEvent] = [median(bare ?? []), median(logged ?? [])]
  const share = (withEvent.node + withEvent.postgres) / (without.node + without.postgres) - 1
  return { bareUs: without, loggedUs: withEvent, more: `${Math.round(share * 100)} %` }
}

function median(costs: readonly Cost[]): Cost {
  const middle = (values: number[]) => Math.round(values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0)
  return {
    node: middle(costs.map((cost) => cost.node)),
    postgres: middle(costs.map((cost) => cost.postgres)),
  }
}
