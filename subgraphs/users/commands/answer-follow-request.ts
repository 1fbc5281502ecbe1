import { fail, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { InputChecker, quote } from '../../../contracts/input.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { decided } from '../domain/follow-request.ts'
import { noProfile } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'
import { decideOnce, deleteWaiting, readWaiting } from '../follow-requests/request-store.ts'
import { lockUser, readUser, reloadUser } from './user-store.ts'

export type FollowRequestInput = { userId: string; idempotencyKey?: string | null }
/** `user` is null if the follower has no profile. */
export type AnsweredRequest = { user: User | null; viewer: User }

/** More than one request of the same pair can wait only for a moment, after followers was restored. */
const MAX_OF_A_PAIR = 100

export function approveFollow(
  context: Context,
  input: FollowRequestInput,
): Promise<AnsweredRequest | Failure> {
  return answer(context, 'approveFollow', 'accepted', input)
}

export function declineFollow(
  context: Context,
  input: FollowRequestInput,
): Promise<AnsweredRequest | Failure> {
  return answer(context, 'declineFollow', 'declined', input)
}

/** If the request was withdrawn or decided at the same time, what came first counts, and the request is not found. */
async function answer(
  { viewer, transact, secret, writeEvents, replayed }: Context,
  command: string,
  decision: 'accepted' | 'declined',
  input: FollowRequestInput,
): Promise<AnsweredRequest | Failure> {
  if (!viewer) return unauthenticated()
  const checker = new InputChecker()
  const followerId = checker.id('user', 'userId', input.userId)
  const key = checker.idempotencyKey(input.idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults

  return runCommand<AnsweredRequest>(transact, {
    viewer: viewer.id,
    key,
    command,
    input: { userId: input.userId },
    secret,
    run: async (tx) => {
      const own = await lockUser(tx, viewer.id)
      if (!own) return noProfile()
      const waiting = await readWaiting(tx, { followeeId: own.id, followerId, limit: MAX_OF_A_PAIR })
      const made = await decideOnce(
        tx,
        waiting.map((request) => ({ request, decision })),
      )
      if (made.length === 0) return noRequest(input.userId)
      await deleteWaiting(tx, made)
      await writeEvents(
        tx,
        made.map(({ request }) => decided(request, decision)),
      )
      return { user: await readUser(tx, followerId), viewer: own }
    },
    resultId: () => followerId,
    reload: (tx, id) => reload(tx, viewer.id, id),
    replayed,
  })
}

async function reload(tx: Sql, viewer: Uuid, follower: Uuid): Promise<AnsweredRequest> {
  return { user: await readUser(tx, follower), viewer: await reloadUser(tx, viewer) }
}

function noRequest(userId: string): Failure {
  const message = `${quote(userId)} has no open request to follow you. It may have ended. Read \`viewer { followRequests }\` again.`
  return fail('NOT_FOUND', ['input', 'userId'], message)
}
