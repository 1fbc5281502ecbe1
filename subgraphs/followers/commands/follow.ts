import { fail, isFailure, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { fold, readStreams } from '../../../patterns/event-store/index.ts'
import type { Context } from '../context.ts'
import { streamOf } from '../domain/events.ts'
import { followState, type FollowState } from '../domain/follow-state.ts'
import { RELATION_SCHEMAS, relationDecider, type Pair, type RelationEvent } from '../domain/relation.ts'
import { changeRelation, type ChangedRelation, type RelationInput } from './change-relation.ts'
import { FOLLOW } from './mutations.ts'

export type Followed = ChangedRelation & { followState: FollowState }

/** Asks to follow a user. */
export async function follow(context: Context, input: RelationInput): Promise<Followed | Failure> {
  const changed = await changeRelation(context, FOLLOW, input)
  if (isFailure(changed)) return changed
  const { user, viewer, requestId } = changed
  const found = await readFollow(context, { follower: viewer.id, followee: user.id }, requestId)
  if (found === 'nobody') {
    return fail('NOT_FOUND', ['input', 'userId'], `There is no user ${input.userId}. Check the id.`)
  }
  return { ...changed, followState: found }
}

/** The state of the pair now. `nobody`: the request was declined, because no user has the id. */
async function readFollow({ sql }: Context, pair: Pair, requestId: Uuid): Promise<FollowState | 'nobody'> {
  const name = streamOf(pair)
  const stored = (await readStreams(sql, [name], RELATION_SCHEMAS)).get(name) ?? []
  const events = stored as unknown as RelationEvent[]
  for (const { type, data } of events) {
    if (type === 'FollowDeclined' && data.requestId === requestId && data.reason === 'nobody') return 'nobody'
  }
  return followState(fold(relationDecider, events))
}
