import { isFailure, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { relationEvents } from '../domain/events.ts'
import type { Change, Relation } from '../domain/relation.ts'
import { applyChanges, loadRelation, lockPair } from './relation-store.ts'

export type RelationInput = { userId: string; idempotencyKey?: string | null }
export type ChangedRelation = { user: { id: Uuid }; viewer: { id: Uuid } }

/**
 * Runs follow, unfollow, block or unblock. They differ only in `decide`.
 *
 * @param command name of the mutation in the API
 * @param decide returns the changes for the current relation of the two users
 */
export async function changeRelation(
  { viewer, transact, clock, secret, writeEvents, replayed }: Context,
  command: string,
  input: RelationInput,
  decide: (relation: Relation) => Change[] | Failure,
): Promise<ChangedRelation | Failure> {
  if (viewer === null) return unauthenticated()
  const checker = new InputChecker()
  const other = checker.id('user', 'userId', input.userId)
  const key = checker.idempotencyKey(input.idempotencyKey)
  checker.check('userId', other === viewer ? `You cannot ${command} yourself. Pass another user's id.` : null)
  const faults = checker.failure()
  if (faults) return faults

  const pair = { actor: viewer, other }
  const result: ChangedRelation = { user: { id: other }, viewer: { id: viewer } }
  return runCommand<ChangedRelation>(transact, {
    viewer,
    key,
    command,
    input: { userId: input.userId },
    secret,
    run: async (tx) => {
      await lockPair(tx, pair)
      const changes = decide(await loadRelation(tx, pair))
      if (isFailure(changes)) return changes
      const now = new Date(clock())
      await applyChanges(tx, pair, changes, now)
      await writeEvents(tx, relationEvents(pair, changes, now))
      return result
    },
    resultId: () => other,
    reload: async () => result,
    replayed,
  })
}
