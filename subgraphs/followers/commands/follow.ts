import { fail, isFailure, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { fold, readStreams, type StoredEvent } from '../../../patterns/event-store/index.ts'
import type { Context } from '../context.ts'
import { streamOf } from '../domain/events.ts'
import { followState, type FollowState } from '../domain/follow-state.ts'
import {
  RELATION_SCHEMAS,
  relationDecider,
  type Pair,
  type Relation,
  type RelationEvent,
} from '../domain/relation.ts'
import { changeRelation, type ChangedRelation, type RelationInput } from './change-relation.ts'
import { FOLLOW } from './mutations.ts'

export type Followed = ChangedRelation & { followState: FollowState }

/**
 * Asks to follow a user. Users decides the request, usually at once, so the decision is awaited for a short time.
 *
 * @returns NOT_FOUND if no user has the id
 */
export async function follow(context: Context, input: RelationInput): Promise<Followed | Failure> {
  const changed = await changeRelation(context, FOLLOW, input)
  if (isFailure(changed)) return changed
  const pair = { follower: changed.viewer.id, followee: changed.user.id }
  await context.decisions.waitUntilDecided(changed.requestId)
  const events = await readStream(context, pair)
  const end = events.find(({ type, data }) => type !== 'FollowRequested' && isOf(data, changed.requestId))
  // A reader with the token of this response sees the follow too.
  if (end) context.recordXid(end.xid)
  if (end && isNobody(end)) {
    return fail('NOT_FOUND', ['input', 'userId'], `There is no user ${input.userId}. Check the id.`)
  }
  return { ...changed, followState: followState(stateOf(events)) }
}

async function readStream({ sql }: Context, pair: Pair): Promise<StoredEvent[]> {
  const name = streamOf(pair)
  return (await readStreams(sql, [name], RELATION_SCHEMAS)).get(name) ?? []
}

function stateOf(events: readonly StoredEvent[]): Relation {
  return fold(relationDecider, events as unknown as readonly RelationEvent[])
}

function isOf(data: unknown, requestId: Uuid): boolean {
  return (data as { requestId?: Uuid }).requestId === requestId
}

function isNobody({ type, data }: StoredEvent): boolean {
  return type === 'FollowDeclined' && (data as { reason?: string }).reason === 'nobody'
}
