import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Sql } from '../../contracts/sql.ts'
import { isRight, rebuildProjection } from '../../patterns/event-store/index.ts'
import { basketProjection, quickly, runCommands, TABLES, writeRows, type Command } from './support/basket.ts'
import { openStore, type Store } from './support/store.ts'

let store: Store
let runs = 0
beforeAll(async () => {
  store = await openStore(TABLES)
})
afterAll(() => store[Symbol.asyncDispose]())

type Step = { kind: 'run' | 'killed after' | 'killed before' | 'rebuild' | 'check'; commands: Command[] }

/** `killed before` and `killed after`: the connection is lost before or after the projection is written. */
const KINDS = ['run', 'run', 'run', 'run', 'killed after', 'killed before', 'rebuild', 'check'] as const
const commands = fc.uniqueArray(
  fc.record({
    stream: fc.constantFrom('a/1', 'a/2', 'b/1', 'b/2', 'c/1'),
    put: fc.option(fc.integer({ min: 1, max: 9 })),
  }),
  { selector: ({ stream }) => stream, minLength: 1, maxLength: 4 },
)
const steps = fc.array(fc.record({ kind: fc.constantFrom(...KINDS), commands }), { maxLength: 8 })
const plans = fc.array(steps, { minLength: 4, maxLength: 4 })

/** What a planted bug changes. */
type Planted = { projection?: typeof basketProjection; writtenOutside?: boolean }

/**
 * Runs four lists of steps at the same time, on streams of which two have events of old schemas.
 *
 * @returns what is wrong: what rebuilds and checks found, and what differs from the sums of the stored events
 */
async function interleave(lists: readonly Step[][], planted: Planted = {}): Promise<unknown[]> {
  const prefix = `r${String(++runs).padStart(4, '0')}`
  const wrong: unknown[] = []
  await store.transact((tx) => insertOld(tx, prefix))
  let committed = 0
  async function take({ kind, commands: wanted }: Step): Promise<void> {
    if (kind === 'rebuild' || kind === 'check') {
      const options = { ...quickly, projection: planted.projection ?? basketProjection, after: prefix }
      const report = await rebuildProjection(
        { ...store, ...options, checkOnly: kind === 'check' },
        new AbortController().signal,
      )
      // The projection is written with the events, so nothing ever differs, whatever runs at the same time.
      if (report.differing.count + report.wrongCounters.count > 0 || !isRight(report)) wrong.push(report)
      return
    }
    const named = wanted.map(({ stream, put }) => ({ stream: prefix + stream, put }))
    try {
      const events = await (planted.writtenOutside ? runOutside : run)(named, kind)
      committed += events
    } catch (error) {
      if (kind === 'run') throw error
    }
  }
  await Promise.all(
    lists.map(async (list) => {
      for (const step of list) await take(step)
    }),
  )
  await take({ kind: 'check', commands: [] })
  wrong.push(...(await differences(prefix)))
  const [stored] = await store.sql<{ events: number }>(
    'select count(*)::integer as events from stream_event where stream like $1',
    `${prefix}%`,
  )
  if (stored?.events !== committed + 3) wrong.push({ stored, committed })
  return wrong
}

const kill = async (tx: Sql) => void (await tx('select pg_terminate_backend(pg_backend_pid())'))
const clock = () => 1_000

/** @returns number of events that were committed */
async function run(wanted: Command[], kind: string): Promise<number> {
  const before = await store.transact(async (tx) => {
    const project = kind === 'killed before' ? kill : writeRows
    const changes = await runCommands(tx, wanted, clock, project)
    if (kind === 'killed after') await kill(tx)
    return changes
  })
  return before.filter(({ expected, found }) => expected !== found).length
}

/** The bug: the projection is written in a transaction of its own. */
async function runOutside(wanted: Command[], kind: string): Promise<number> {
  const changes = await store.transact((tx) => runCommands(tx, wanted, clock, async () => {}))
  if (kind === 'run') await store.transact((tx) => writeRows(tx, changes))
  return changes.filter(({ expected, found }) => expected !== found).length
}

async function insertOld(tx: Sql, prefix: string): Promise<void> {
  const insert = `insert into stream_event values ($1, $2, 'Put', $3, $4, '{}', '1970-01-01 00:00:00.5Z')`
  await tx(insert, `${prefix}a/1`, 1, 1, '{"count": "5"}')
  await tx(insert, `${prefix}a/1`, 2, 2, '{"amount": "7"}')
  await tx(insert, `${prefix}b/1`, 1, 2, '{"amount": "3"}')
  const since = new Date(500)
  await writeRows(tx, [
    { stream: `${prefix}a/1`, found: null, expected: { amount: 12, since } },
    { stream: `${prefix}b/1`, found: null, expected: { amount: 3, since } },
  ])
}

/** Compares the tables with sums over the stored events that know nothing of the fold. */
async function differences(prefix: string): Promise<unknown[]> {
  return store.sql(
    `with put as (
       select stream, min(recorded_at) as since, sum(coalesce(data ->> 'amount', data ->> 'count')::integer)::integer as amount
       from stream_event e where stream like $1 and type = 'Put' and not exists (
         select from stream_event r where r.stream = e.stream and r.type = 'Removed' and r.version > e.version)
       group by stream
     ), counted as (
       select split_part(stream, '/', 1) as owner, count(*) as items, sum(amount) as amount from put group by 1
     )
     select put, item from put full join (select * from item where stream like $1) item using (stream)
     where (put.amount, put.since) is distinct from (item.amount, item.since)
     union all
     select counted, basket from counted full join (select * from basket where owner like $1) basket using (owner)
     where (coalesce(counted.items, 0), coalesce(counted.amount, 0)) is distinct from (basket.items::bigint, basket.amount::bigint)`,
    `${prefix}%`,
  )
}

test('the projection is the fold of the events, whatever commands, crashes, rebuilds and checks run at the same time', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (lists) => {
      expect(await interleave(lists)).toEqual([])
    }),
    { numRuns: 40 },
  )
})

const skipping: typeof basketProjection = {
  ...basketProjection,
  schemas: {
    ...basketProjection.schemas,
    Put: { schema: 3, upcast: { 1: (data) => data, 2: (data) => data } },
  },
}
const ignoring: typeof basketProjection = {
  ...basketProjection,
  evolve: (state, event) => (event.type === 'Removed' ? state : basketProjection.evolve(state, event)),
}

test.for<[string, Planted]>([
  ['a projection that is written outside of the transaction of the append', { writtenOutside: true }],
  ['a fold that skips a schema', { projection: skipping }],
  ['a fold that ignores a type', { projection: ignoring }],
])('the property finds %s', async ([, planted]) => {
  const property = fc.asyncProperty(plans, async (lists) => (await interleave(lists, planted)).length === 0)
  expect((await fc.check(property, { numRuns: 100, endOnFailure: true })).failed).toBe(true)
})
