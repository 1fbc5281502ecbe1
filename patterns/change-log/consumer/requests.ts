import type { Sql } from '../../../contracts/sql.ts'
import type { ConsumerName } from './handler.ts'

/** A request of the owner: its id, which is never used again, and the key of its events. */
export type Request = { id: string; key: string }

/** A request that was taken up before. `outcome` is null while it is open. */
export type TakenRequest = Request & { outcome: unknown }

/**
 * Takes up requests. They are open until `decideRequests` decides them.
 *
 * @returns the requests that were taken up before, by id. They are repeats, and get their stored outcome as the response
 */
export async function takeRequests(
  tx: Sql,
  { consumer, source }: ConsumerName,
  requests: readonly Request[],
): Promise<ReadonlyMap<string, TakenRequest>> {
  const ids = requests.map(({ id }) => id)
  const rows = await tx<{ id: string }>(
    `insert into reactor_request (consumer, source, id, key)
     select distinct on (id) $1, $2, id, key
     from unnest($3::text[], $4::text[]) with ordinality as asked (id, key, n) order by id, n
     on conflict do nothing returning id`,
    consumer,
    source,
    ids,
    requests.map(({ key }) => key),
  )
  const taken = new Set(rows.map(({ id }) => id))
  const before = ids.filter((id) => !taken.has(id))
  if (before.length === 0) return new Map()
  const kept = await tx<TakenRequest>(
    `select id, key, outcome from reactor_request where consumer = $1 and source = $2 and id = any ($3::text[])`,
    consumer,
    source,
    before,
  )
  return new Map(kept.map((request) => [request.id, request]))
}

/** A decision about a request. `outcome` is JSON, and not null. */
export type Decision = Request & { outcome: {} }

/**
 * Decides requests, each only once. A request that has an outcome keeps it. Of several decisions about one request, the
 * first one counts.
 *
 * @returns the decisions that were made, in their order. Only they may have effects
 * @throws TypeError if an outcome is not JSON, or null: the request would count as open, and be decided again
 */
export async function decideRequests<Each extends Decision>(
  tx: Sql,
  { consumer, source }: ConsumerName,
  decisions: readonly Each[],
): Promise<Each[]> {
  const outcomes = decisions.map(textOf)
  const rows = await tx<{ n: string }>(
    `with decided as (
       select distinct on (id) id, key, outcome, n
       from unnest($3::text[], $4::text[], $5::jsonb[]) with ordinality as decided (id, key, outcome, n) order by id, n
     ), made as (
       insert into reactor_request as own (consumer, source, id, key, outcome, decided_at)
       select $1, $2, id, key, outcome, now() from decided order by id
       on conflict (consumer, source, id) do update set (outcome, decided_at) = (excluded.outcome, excluded.decided_at)
       where own.outcome is null
       returning id
     )
     select n from decided join made using (id)`,
    consumer,
    source,
    decisions.map(({ id }) => id),
    decisions.map(({ key }) => key),
    outcomes,
  )
  const made = new Set(rows.map(({ n }) => Number(n) - 1))
  return decisions.filter((_, i) => made.has(i))
}

function textOf({ id, outcome }: Decision): string {
  const text: string | undefined = JSON.stringify(outcome)
  if (text !== undefined && text !== 'null') return text
  throw new TypeError(
    `The outcome of request ${id} must be JSON and not null, not ${text ?? typeof outcome}.`,
  )
}
