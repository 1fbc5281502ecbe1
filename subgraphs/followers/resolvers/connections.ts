import type { Uuid } from '../../../contracts/ids.ts'
import { presentConnection, type Connection } from '../../../patterns/pagination/index.ts'
import { upcast } from '../../../patterns/event-store/index.ts'
import { streamOf } from '../domain/events.ts'
import { describeEvent } from '../domain/follow-history.ts'
import { RELATION_SCHEMAS, type Pair, type RelationEvent } from '../domain/relation.ts'
import type { HistoryRow } from '../queries/history-list.ts'
import type { FollowRow } from '../queries/lists.ts'

export function presentFollows(follows: Connection<FollowRow>) {
  return presentConnection(follows, (row) => ({ followedAt: row.followed_at, node: { id: row.user_id } }))
}

/** @param own the pair in which the viewer is the follower */
export function presentHistory(history: Connection<HistoryRow>, own: Pair) {
  const reverse = { follower: own.followee, followee: own.follower }
  return presentConnection(history, (row) => {
    const pair = row.stream === streamOf(own) ? own : reverse
    const { type, data, meta } = upcast(row, RELATION_SCHEMAS)
    const { event, by } = describeEvent(
      { type, data } as RelationEvent,
      pair,
      (meta['actor'] as Uuid | undefined) ?? null,
    )
    const user = (id: Uuid) => ({ id })
    return {
      node: { at: row.recordedAt, event, follower: user(pair.follower), by: by && user(pair[by]) },
    }
  })
}
