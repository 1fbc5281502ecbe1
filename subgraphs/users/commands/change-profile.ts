import { isFailure, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { profileEvents } from '../domain/events.ts'
import { handleFault, normalizeHandle } from '../domain/handle.ts'
import { bioFault, decideChange, handleTaken, nameFault, type Wanted } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'
import { applyChange, lockUser, reloadUser } from './user-store.ts'

type Guards = { expectedVersion?: number | null; idempotencyKey?: string | null }
export type UpdateProfileInput = Guards & {
  name?: string | null
  bio?: string | null
  approvesFollowers?: boolean | null
}
export type RenameHandleInput = Guards & { handle: string }
export type ChangedProfile = { user: User }

export async function updateProfile(
  context: Context,
  input: UpdateProfileInput,
): Promise<ChangedProfile | Failure> {
  const checker = new InputChecker()
  const wanted: Wanted = {}
  if (input.name != null) wanted.name = input.name
  if (input.bio != null) wanted.bio = input.bio
  if (input.approvesFollowers != null) wanted.approvesFollowers = input.approvesFollowers
  checker.check('name', wanted.name === undefined ? null : nameFault(wanted.name))
  checker.check('bio', wanted.bio === undefined ? null : bioFault(wanted.bio))
  const changed = await changeProfile(context, 'updateProfile', checker, wanted, input)
  if (wanted.approvesFollowers === false) context.ceased.raise()
  return changed
}

/** The old handle is free immediately. If two users request the same handle at the same time, exactly one gets it. */
export async function renameHandle(
  context: Context,
  input: RenameHandleInput,
): Promise<ChangedProfile | Failure> {
  const checker = new InputChecker()
  const handle = normalizeHandle(input.handle)
  checker.check('handle', handleFault(handle))
  try {
    return await changeProfile(context, 'renameHandle', checker, { handle }, input)
  } catch (error) {
    if (isHandleConflict(error)) return handleTaken(handle)
    throw error
  }
}

async function changeProfile(
  { transact, viewer, secret, writeEvents, replayed }: Context,
  command: string,
  checker: InputChecker,
  wanted: Wanted,
  guards: Guards,
): Promise<ChangedProfile | Failure> {
  if (!viewer) return unauthenticated()
  const key = checker.idempotencyKey(guards.idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults
  const expectedVersion = guards.expectedVersion ?? null

  return runCommand<ChangedProfile>(transact, {
    viewer: viewer.id,
    key,
    command,
    input: { ...wanted, expectedVersion },
    secret,
    run: async (tx) => {
      const user = await lockUser(tx, viewer.id)
      const change = decideChange(user, wanted, expectedVersion)
      if (isFailure(change) || user === null) return change as Failure
      const changed = await applyChange(tx, user, change)
      await writeEvents(tx, profileEvents(user, change, changed))
      return { user: changed }
    },
    resultId: ({ user }) => user.id,
    reload: async (tx, id) => ({ user: await reloadUser(tx, id) }),
    replayed,
  })
}

/**
 * 23505: another user has the handle. 40P01: a deadlock, which here means a cycle of users who each request the handle of
 * the next. Postgres aborts one of them. Its user gets HANDLE_TAKEN too.
 */
function isHandleConflict(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['23505', '40P01'].includes(String(error.code))
}
