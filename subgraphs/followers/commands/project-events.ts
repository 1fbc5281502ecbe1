import type { Sql } from '../../../contracts/sql.ts'
import type { Pair, RelationEvent } from '../domain/relation.ts'
import { addToCounts } from './counts.ts'

/** The new events of a pair. */
export type Happened = { pair: Pair; events: readonly RelationEvent[] }

/**
 * Derives the rows that are read from new events, in the transaction that appends them: open requests, periods, blocks and
 * counts. One statement for all events of a kind.
 *
 * @param at when the events were recorded
 */
export async function projectEvents(tx: Sql, happened: readonly Happened[], at: Date): Promise<void> {
  const all = happened.flatMap(({ pair, events }) => events.map((event) => ({ ...pair, event })))
  const of = (...types: RelationEvent['type'][]) => all.filter(({ event }) => types.includes(event.type))
  const requested = of('FollowRequested')
  const [accepted, ended] = [of('FollowAccepted'), of('FollowEnded')]
  const closed = [...accepted, ...of('FollowDeclined', 'FollowRequestClosed')]
  const [blocked, unblocked] = [of('Blocked'), of('Unblocked')]
  await write(
    tx,
    requested,
    `insert into follow_request (id, follower_id, followee_id, requested_at)
     select *, $4 from unnest($1::uuid[], $2::uuid[], $3::uuid[]) returning 1`,
    [requested.map(idOf), ...columns(requested), at],
  )
  const ids = closed.map(idOf)
  await write(tx, closed, 'delete from follow_request where id = any($1::uuid[]) returning 1', [ids])
  await write(
    tx,
    ended,
    `update follow_period period set ended_at = $3 from unnest($1::uuid[], $2::uuid[]) as pair (follower_id, followee_id)
     where (period.follower_id, period.followee_id) = (pair.follower_id, pair.followee_id) and period.ended_at is null
     returning 1`,
    [...columns(ended), at],
  )
  await write(
    tx,
    accepted,
    `insert into follow_period (follower_id, followee_id, began_at)
     select *, $3 from unnest($1::uuid[], $2::uuid[]) returning 1`,
    [...columns(accepted), at],
  )
  await write(
    tx,
    blocked,
    `insert into block (blocker_id, blocked_id, blocked_at)
     select *, $3 from unnest($1::uuid[], $2::uuid[]) returning 1`,
    [...columns(blocked), at],
  )
  await write(
    tx,
    unblocked,
    `delete from block where (blocker_id, blocked_id) in (select * from unnest($1::uuid[], $2::uuid[])) returning 1`,
    columns(unblocked),
  )
  await addToCounts(tx, [
    ...accepted.map((pair) => ({ ...pair, by: 1 as const })),
    ...ended.map((pair) => ({ ...pair, by: -1 as const })),
  ])
}

type PairEvent = Pair & { event: RelationEvent }

/** @throws Error if a row was not as the streams say: the projection is wrong */
async function write(
  tx: Sql,
  events: readonly PairEvent[],
  text: string,
  values: readonly unknown[],
): Promise<void> {
  const [first] = events
  if (!first) return
  const rows = await tx<object>(text, ...values)
  if (rows.length === events.length) return
  throw new Error(
    `${events.length} events ${first.event.type} changed ${rows.length} rows, the first of ${first.follower}>${first.followee}.`,
  )
}

function columns(pairs: readonly Pair[]): unknown[] {
  return [pairs.map(({ follower }) => follower), pairs.map(({ followee }) => followee)]
}

function idOf({ event: { data } }: PairEvent): string | null {
  return 'requestId' in data ? data.requestId : null
}
