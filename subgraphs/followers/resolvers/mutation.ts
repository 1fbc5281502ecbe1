import type { Failure } from '../../../contracts/failure.ts'
import { changeRelation, type RelationInput } from '../commands/change-relation.ts'
import type { Context } from '../context.ts'
import {
  decideBlock,
  decideFollow,
  decideUnblock,
  decideUnfollow,
  type Change,
  type Relation,
} from '../domain/relation.ts'

function mutation(command: string, decide: (relation: Relation) => Change[] | Failure) {
  return async (_: unknown, { input }: { input: RelationInput }, context: Context) => {
    const result = await changeRelation(context, command, input, decide)
    context.resetLoaders()
    return result
  }
}

export const Mutation = {
  follow: mutation('follow', decideFollow),
  unfollow: mutation('unfollow', decideUnfollow),
  block: mutation('block', decideBlock),
  unblock: mutation('unblock', decideUnblock),
}
