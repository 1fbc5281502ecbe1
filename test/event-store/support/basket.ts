import { append, fold, lockStreams, readStreams } from '../../../patterns/event-store/index.ts'
import type {
  Difference,
  EventSchemas,
  NewEvent,
  StoredEvent,
  StreamProjection,
} from '../../../patterns/event-store/index.ts'
import type { Sql } from '../../../contracts/sql.ts'

/**
 * Streams `owner/item`: an item is put into the owner's basket, and removed. The projection has a row for each item that is
 * there, and counters for each owner.
 */
export const TABLES = `
  create table item (stream text collate "C" primary key, owner text not null, amount integer not null, since timestamptz(3) not null);
  create index on item (owner);
  create table basket (owner text collate "C" primary key, items integer not null, amount integer not null);`

/** Schema 1 of `Put` had the amount as text, and called it `count`. Schema 2 called it `amount`. */
export const BASKET_SCHEMAS: EventSchemas = {
  Put: {
    schema: 3,
    upcast: {
      1: (data) => ({ amount: (data as { count: string }).count }),
      2: (data) => ({ amount: Number((data as { amount: string }).amount) }),
    },
  },
  Removed: { schema: 1 },
}

export type Row = { amount: number; since: Date }
type State = Row | null

export type Command = { stream: string; put: number } | { stream: string; put: null }

function evolve(state: State, { type, data, recordedAt }: StoredEvent): State {
  if (type === 'Removed') return null
  const { amount } = data as { amount: number }
  return { amount: (state?.amount ?? 0) + amount, since: state?.since ?? recordedAt }
}

function decide(state: State, { put }: Command): NewEvent[] {
  if (put !== null) return [{ type: 'Put', data: { amount: put } }]
  return state ? [{ type: 'Removed', data: {} }] : []
}

export const basketProjection: StreamProjection<State, Row> = {
  schemas: BASKET_SCHEMAS,
  initial: null,
  evolve,
  rowsOf: (state) => state,
  async readRows(tx, streams) {
    const rows = await tx<Row & { stream: string }>(
      'select stream, amount, since from item where stream = any($1::text[])',
      streams,
    )
    return new Map(rows.map(({ stream, ...row }) => [stream, row]))
  },
  repair: writeRows,
  async listStreams(sql, after, limit) {
    const rows = await sql<{ stream: string }>(
      'select stream from item where stream > $1 order by stream limit $2',
      after ?? '',
      limit,
    )
    return rows.map(({ stream }) => stream)
  },
  counters: {
    async list(sql, after, limit) {
      const rows = await sql<{ owner: string }>(
        `select owner from (select owner from basket union select owner from item) as owners
         where owner collate "C" > $1 order by owner collate "C" limit $2`,
        after ?? '',
        limit,
      )
      return rows.map(({ owner }) => owner)
    },
    async wrong(sql, owners) {
      const rows = await sql<{ owner: string }>(
        `select id.owner from unnest($1::text[]) as id (owner)
         left join basket on basket.owner = id.owner
         cross join lateral (select count(*)::integer as items, coalesce(sum(amount), 0)::integer as amount from item where item.owner = id.owner) as found
         where (found.items, found.amount) <> (coalesce(basket.items, 0), coalesce(basket.amount, 0))`,
        owners,
      )
      return rows.map(({ owner }) => owner)
    },
    async repair(tx, owners) {
      await tx(
        'insert into basket select owner, 0, 0 from unnest($1::text[]) as o (owner) order by owner collate "C" on conflict do nothing',
        owners,
      )
      await tx('select from basket where owner = any($1::text[]) order by owner for update', owners)
      await tx(
        `update basket set items = (select count(*) from item where item.owner = basket.owner),
           amount = (select coalesce(sum(amount), 0) from item where item.owner = basket.owner)
         where owner = any($1::text[])`,
        owners,
      )
    },
  },
  refusal: async () => null,
}

/** Replaces rows, and adds the differences to the counters, in order of owner. */
export async function writeRows(tx: Sql, differences: readonly Difference<Row>[]): Promise<void> {
  const steps = new Map<string, { items: number; amount: number }>()
  for (const { stream, expected, found } of differences) {
    const [owner = ''] = stream.split('/')
    if (expected === null) await tx('delete from item where stream = $1', stream)
    else
      await tx(
        `insert into item values ($1, $2, $3, $4)
         on conflict (stream) do update set amount = excluded.amount, since = excluded.since`,
        stream,
        owner,
        expected.amount,
        expected.since,
      )
    const step = steps.get(owner) ?? { items: 0, amount: 0 }
    steps.set(owner, {
      items: step.items + Number(expected !== null) - Number(found !== null),
      amount: step.amount + (expected?.amount ?? 0) - (found?.amount ?? 0),
    })
  }
  for (const [owner, { items, amount }] of [...steps].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    await tx(
      `insert into basket as own values ($1, $2, $3)
       on conflict (owner) do update set items = own.items + $2, amount = own.amount + $3`,
      owner,
      items,
      amount,
    )
  }
}

/**
 * Runs commands as one: appends to all streams, and writes the projection. Commands on one stream must not follow each other.
 *
 * @param project called between the append and the end of the transaction. @default writes the projection
 */
export async function runCommands(
  tx: Sql,
  commands: readonly Command[],
  clock: () => number,
  project = writeRows,
): Promise<Difference<Row>[]> {
  const streams = commands.map(({ stream }) => stream)
  await lockStreams(tx, streams)
  const read = await readStreams(tx, streams, BASKET_SCHEMAS)
  const appends = commands.map((command) => {
    const events = read.get(command.stream) ?? []
    const before = fold({ initial: null as State, evolve }, events)
    return { stream: command.stream, expectedVersion: events.length, events: decide(before, command), before }
  })
  const appended = await append(tx, appends, { schemas: BASKET_SCHEMAS, clock })
  if (appended.kind !== 'appended') throw new Error(`the stream ${appended.stream} was locked`)
  const { recordedAt, xid } = appended
  const differences = appends.map(({ stream, before, events }) => {
    const stored = events.map((event, i) => ({
      stream,
      version: i + 1,
      schema: 3,
      meta: {},
      recordedAt,
      xid,
      ...event,
    }))
    return { stream, found: before, expected: fold({ initial: before, evolve }, stored) }
  })
  await project(tx, differences)
  return differences
}

/** Rebuilds, or only compares, in small chunks. */
export const quickly = { projection: basketProjection, parallel: 3, chunk: 4 }
