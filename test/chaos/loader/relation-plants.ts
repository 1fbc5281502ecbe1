import type { Piece } from './patch.ts'

const RELATION = 'subgraphs/followers/domain/relation.ts'
const DECIDE = 'subgraphs/followers/commands/decide-relations.ts'
const PROJECT = 'subgraphs/followers/commands/project-events.ts'
const LOCK_STREAMS = 'patterns/event-store/lock-streams.ts'

const ACCEPT =
  "return relation.request === requestId ? [{ type: 'FollowAccepted', data: { requestId } }] : []"
const END = `update follow_period period set ended_at = $3 from unnest($1::uuid[], $2::uuid[]) as pair (follower_id, followee_id)
     where (`

/** Known bugs of relations and their sagas, with the production code that they replace. */
export const RELATION_PLANTS = {
  /** A decision is applied to whatever request of the pair is open. */
  'decision-unkeyed': [
    {
      file: RELATION,
      find: ACCEPT,
      replace: `return relation.request !== null
        ? [{ type: 'FollowAccepted', data: { requestId: relation.request } }] : []`,
    },
  ],
  /** An acceptance begins a follow, also when its request was withdrawn meanwhile. */
  'withdrawn-accepted': [
    {
      file: RELATION,
      find: ACCEPT,
      replace: "return relation.follow === null ? [{ type: 'FollowAccepted', data: { requestId } }] : []",
    },
    // Its row is gone, which the projection would notice.
    {
      file: PROJECT,
      find: 'if (rows.length === events.length) return',
      replace: 'if (rows.length <= events.length) return',
    },
  ],
  /** A follow is counted when it is requested, and a declined request is not taken out of the counts. */
  'compensation-uncounted': [
    {
      file: PROJECT,
      find: '...accepted.map((pair) => ({ ...pair, by: 1 as const })),',
      replace: '...requested.map((pair) => ({ ...pair, by: 1 })),',
    },
  ],
  /** The events are committed first, and the tables follow in the next transaction. */
  'projection-elsewhere': [
    {
      file: DECIDE,
      find: 'await projectEvents(tx, happened, at)',
      replace: "await tx('commit')\nawait tx('begin')\nawait projectEvents(tx, happened, at)",
    },
  ],
  /** An ended follow is deleted, so that nobody knows of it any more. */
  'period-deleted': [
    {
      file: PROJECT,
      find: END,
      replace: `delete from follow_period period using unnest($1::uuid[], $2::uuid[]) as pair (follower_id, followee_id)
     where $3::timestamptz is not null and (`,
    },
  ],
  /** Streams are locked in the order in which they are named. */
  'locks-unordered': [
    {
      file: LOCK_STREAMS,
      find: "select distinct ${itemLockKey('stream', 'name')} as key from unnest($1::text[]) as name order by key",
      replace: "select ${itemLockKey('stream', 'name')} as key from unnest($1::text[]) as name",
    },
  ],
} satisfies Record<string, readonly Piece[]>
