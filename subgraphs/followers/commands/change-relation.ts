import { isFailure, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { streamOf } from '../domain/events.ts'
import { decideRelations, lockPairs, type Change } from './decide-relations.ts'
import type { RelationMutation } from './mutations.ts'

export type RelationInput = { userId: string; idempotencyKey?: string | null }

/** `requestId`: of `follow`, the request that was made, or that led to the follow. */
export type ChangedRelation = { user: { id: Uuid }; viewer: { id: Uuid }; requestId: Uuid }

/** Runs a mutation about the viewer and another user. */
export async function changeRelation(
  context: Context,
  mutation: RelationMutation,
  input: RelationInput,
): Promise<ChangedRelation | Failure> {
  const { viewer, transact, secret, writeEvents, replayed, clock, newId } = context
  if (viewer === null) return unauthenticated()
  const checker = new InputChecker()
  const other = checker.id('user', 'userId', input.userId)
  const key = checker.idempotencyKey(input.idempotencyKey)
  checker.check(
    'userId',
    other === viewer ? `You cannot ${mutation.verb} yourself. Pass another user's id.` : null,
  )
  const faults = checker.failure()
  if (faults) return faults
  // The client may have seen a decision that is not applied yet, for example of the follower who is to be removed.
  await context.decisions.waitUntilFresh()

  const [own, reverse] = [
    { follower: viewer, followee: other },
    { follower: other, followee: viewer },
  ]
  const result = { user: { id: other }, viewer: { id: viewer } }
  return runCommand<ChangedRelation>(transact, {
    viewer,
    key,
    command: mutation.name,
    input: { userId: input.userId },
    secret,
    run: async (tx) => {
      await lockPairs(tx, mutation.locks(own, reverse))
      const changes: Change[] = await mutation.changes({ tx, own, reverse, newId })
      const decided = await decideRelations(tx, changes, { clock, newId, actor: viewer })
      if (isFailure(decided)) return decided
      await writeEvents(tx, decided.events)
      const relation = decided.relations.get(streamOf(own))
      return { ...result, requestId: relation?.request ?? relation?.follow ?? '' }
    },
    resultId: ({ requestId }) => requestId,
    reload: async (_, requestId) => ({ ...result, requestId }),
    replayed,
  })
}
