import type { Sql } from '../../../contracts/sql.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { ProfileChange } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'

const COLUMNS =
  'id, handle, name, bio, approves_followers as "approvesFollowers", version, created_at as "createdAt"'

/** Inserts a user. Null if the handle or the id is taken, also by a concurrent transaction. */
export async function insertUser(tx: Sql, user: User): Promise<User | null> {
  const inserted = await tx<object>(
    `insert into users (id, handle, name, bio, version, created_at) values ($1, $2, $3, $4, $5, $6)
     on conflict do nothing returning 1`,
    user.id,
    user.handle,
    user.name,
    user.bio,
    user.version,
    user.createdAt,
  )
  return inserted.length === 1 ? user : null
}

/** Reads a user and keeps the row locked until the transaction ends. */
export async function lockUser(tx: Sql, id: Uuid): Promise<User | null> {
  const [user] = await tx<User>(`select ${COLUMNS} from users where id = $1 for update`, id)
  return user ?? null
}

/** Updates the profile and increments its version. @throws error 23505 of Postgres if the handle is taken */
export async function applyChange(tx: Sql, user: User, change: ProfileChange): Promise<User> {
  if (Object.keys(change).length === 0) return user
  const [changed] = await tx<User>(
    `update users set handle = $2, name = $3, bio = $4, approves_followers = $5, version = version + 1 where id = $1 returning ${COLUMNS}`,
    user.id,
    change.handle ?? user.handle,
    change.name ?? user.name,
    change.bio ?? user.bio,
    change.approvesFollowers ?? user.approvesFollowers,
  )
  // The requests that wait are accepted in the background, see `accept-waiting.ts`.
  if (change.approvesFollowers === false) {
    await tx('insert into approval_ended values ($1) on conflict do nothing', user.id)
  }
  return required(changed, user.id)
}

/** A user, if there is one with this id. */
export async function readUser(tx: Sql, id: Uuid): Promise<User | null> {
  const [user] = await tx<User>(`select ${COLUMNS} from users where id = $1`, id)
  return user ?? null
}

/** The current state of the user whom an idempotent command created or changed. */
export async function reloadUser(tx: Sql, id: Uuid): Promise<User> {
  return required(await readUser(tx, id), id)
}

function required(user: User | null | undefined, id: Uuid): User {
  if (user) return user
  throw new Error(`The user ${id} is gone, though users are never deleted.`)
}
