import { fail, unauthenticated, type Failure } from '../../../contracts/failure.ts'
import { InputChecker } from '../../../contracts/input.ts'
import { runCommand } from '../../../patterns/idempotency/index.ts'
import type { Context } from '../context.ts'
import { userCreated } from '../domain/events.ts'
import { handleFault, normalizeHandle } from '../domain/handle.ts'
import { bioFault, handleTaken, nameFault } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'
import { insertUser, reloadUser } from './user-store.ts'

export type CreateProfileInput = {
  handle: string
  name: string
  bio?: string | null
  idempotencyKey?: string | null
}

/** Creates a profile, once, for a user who is signed in through an external identity provider. */
export async function createProfile(
  { transact, viewer, settings, secret, clock, writeEvents, replayed }: Context,
  input: CreateProfileInput,
): Promise<{ user: User } | Failure> {
  if (!settings.external)
    return forbidden('No external identity provider is configured. Use the mutation signUp.')
  if (!viewer) return unauthenticated()
  const profile = { handle: normalizeHandle(input.handle), name: input.name, bio: input.bio ?? '' }
  const checker = new InputChecker()
  checker.check('handle', handleFault(profile.handle))
  checker.check('name', nameFault(profile.name))
  checker.check('bio', bioFault(profile.bio))
  const key = checker.idempotencyKey(input.idempotencyKey)
  const faults = checker.failure()
  if (faults) return faults

  return runCommand<{ user: User }>(transact, {
    viewer: viewer.id,
    key,
    command: 'createProfile',
    input: profile,
    secret,
    run: async (tx) => {
      const row = {
        id: viewer.id,
        ...profile,
        approvesFollowers: false,
        version: 1,
        createdAt: new Date(clock()),
      }
      const user = await insertUser(tx, row)
      if (user) {
        await writeEvents(tx, [userCreated(user)])
        return { user }
      }
      const [own] = await tx<{ handle: string }>('select handle from users where id = $1', viewer.id)
      if (!own) return handleTaken(profile.handle)
      return forbidden(
        `You already have a profile with the handle "${own.handle}". Use updateProfile or renameHandle.`,
      )
    },
    resultId: ({ user }) => user.id,
    reload: async (tx, id) => ({ user: await reloadUser(tx, id) }),
    replayed,
  })
}

function forbidden(message: string): Failure {
  return fail('FORBIDDEN', [], message)
}
