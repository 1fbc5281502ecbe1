import { changeRelation, type RelationInput } from '../commands/change-relation.ts'
import { follow } from '../commands/follow.ts'
import {
  BLOCK,
  CANCEL_FOLLOW_REQUEST,
  REMOVE_FOLLOWER,
  UNBLOCK,
  UNFOLLOW,
  type RelationMutation,
} from '../commands/mutations.ts'
import type { Context } from '../context.ts'

type Run = (context: Context, input: RelationInput) => Promise<unknown>

const mutation =
  (run: Run) =>
  async (_: unknown, { input }: { input: RelationInput }, context: Context) => {
    const result = await run(context, input)
    context.resetLoaders()
    return result
  }

const change = (changed: RelationMutation) =>
  mutation((context, input) => changeRelation(context, changed, input))

export const Mutation = {
  follow: mutation(follow),
  unfollow: change(UNFOLLOW),
  cancelFollowRequest: change(CANCEL_FOLLOW_REQUEST),
  removeFollower: change(REMOVE_FOLLOWER),
  block: change(BLOCK),
  unblock: change(UNBLOCK),
}
