import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { decideRequests, type TakenRequest } from '../../../patterns/change-log/index.ts'
import { keyOf, type Decision, type FollowRequest } from '../domain/follow-request.ts'

/** The consumer that decides requests. */
export const NAME = { consumer: 'users.followRequests', source: 'followers' } as const

/**
 * Law: a request has a row in `follow_request` exactly while it waits for its followee. Whoever decides a request locks its
 * followee's row of `users` first, then its row of `reactor_request`, several of each in the order of their ids.
 */

/** What a request's outcome holds. The ids are for the export. */
export type Outcome = { decision: Decision; followerId: Uuid; followeeId: Uuid }

/**
 * Reads which of these users approve followers by hand, and keeps the settings until the transaction ends. Users who do not
 * exist are absent.
 */
export async function lockApprovals(tx: Sql, users: readonly Uuid[]): Promise<ReadonlyMap<Uuid, boolean>> {
  if (users.length === 0) return new Map()
  const rows = await tx<{ id: Uuid; approves: boolean }>(
    `select id, approves_followers as approves from users where id = any($1::uuid[]) order by id for share`,
    users,
  )
  return new Map(rows.map(({ id, approves }) => [id, approves]))
}

/** Decides requests, each only once. @returns the decisions that were made. Only they may have effects */
export async function decideOnce<Each extends { request: FollowRequest; decision: Decision }>(
  tx: Sql,
  decisions: readonly Each[],
): Promise<Each[]> {
  if (decisions.length === 0) return []
  const made = await decideRequests(
    tx,
    NAME,
    decisions.map((each) => {
      const { id, followerId, followeeId } = each.request
      const outcome: Outcome = { decision: each.decision, followerId, followeeId }
      return { id, key: keyOf(each.request), outcome, each }
    }),
  )
  return made.map(({ each }) => each)
}

/** The outcome of a request that was taken up before. Null while it is open. */
export function outcomeOf(taken: TakenRequest | undefined): Outcome | null {
  return (taken?.outcome ?? null) as Outcome | null
}

/** Requests wait from now on. @returns those that did not wait before */
export async function insertWaiting(
  tx: Sql,
  waiting: readonly { request: FollowRequest; requestedAt: Date }[],
): Promise<FollowRequest[]> {
  if (waiting.length === 0) return []
  return tx<FollowRequest>(
    `insert into follow_request (id, follower_id, followee_id, requested_at)
     select distinct on (id) * from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::timestamptz[])
       as asked (id, follower_id, followee_id, requested_at)
     on conflict do nothing returning id, follower_id as "followerId", followee_id as "followeeId"`,
    waiting.map(({ request }) => request.id),
    waiting.map(({ request }) => request.followerId),
    waiting.map(({ request }) => request.followeeId),
    waiting.map(({ requestedAt }) => requestedAt),
  )
}

/** Requests do not wait any more. The caller has decided them. @returns the followees whose lists have changed */
export async function deleteWaiting(
  tx: Sql,
  decided: readonly { request: FollowRequest }[],
): Promise<Uuid[]> {
  if (decided.length === 0) return []
  const rows = await tx<{ id: Uuid }>(
    'delete from follow_request where id = any($1::uuid[]) returning followee_id as id',
    decided.map(({ request }) => request.id),
  )
  return rows.map(({ id }) => id)
}

/**
 * The oldest requests that wait for a user. The caller holds the lock of the user's row.
 *
 * @param followerId only those of this user. Null: of everybody
 */
export function readWaiting(
  tx: Sql,
  { followeeId, followerId, limit }: { followeeId: Uuid; followerId: Uuid | null; limit: number },
): Promise<FollowRequest[]> {
  return tx<FollowRequest>(
    `select id, follower_id as "followerId", followee_id as "followeeId" from follow_request
     where followee_id = $1 and ($2::uuid is null or follower_id = $2) order by requested_at, id limit $3`,
    followeeId,
    followerId,
    limit,
  )
}
