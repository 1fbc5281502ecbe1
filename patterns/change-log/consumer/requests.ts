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
     select distinct on (id) $1, $2, id, key from unnest($3::text[], $4::text[]) as asked (id, key) order by id
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

/**
 * Decides requests, each only once. A request that has an outcome keeps it.
 *
 * @param decisions `outcome` is JSON, and not null
 * @returns the ids of the requests that this call decided
 */
export async function decideRequests(
  tx: Sql,
  { consumer, source }: ConsumerName,
  decisions: readonly (Request & { outcome: {} })[],
): Promise<ReadonlySet<string>> {
  const rows = await tx<{ id: string }>(
    `insert into reactor_request as own (consumer, source, id, key, outcome, decided_at)
     select distinct on (id) $1, $2, id, key, outcome, now()
     from unnest($3::text[], $4::text[], $5::jsonb[]) as decided (id, key, outcome) order by id
     on conflict (consumer, source, id) do update set (outcome, decided_at) = (excluded.outcome, excluded.decided_at)
     where own.outcome is null
     returning id`,
    consumer,
    source,
    decisions.map(({ id }) => id),
    decisions.map(({ key }) => key),
    decisions.map(({ outcome }) => JSON.stringify(outcome)),
  )
  return new Set(rows.map(({ id }) => id))
}
