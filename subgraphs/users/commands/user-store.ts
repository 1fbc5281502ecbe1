import type { Uuid } from '../../../contracts/ids.ts'
import type { Tx } from '../context.ts'
import type { ProfileChange } from '../domain/profile.ts'
import type { User } from '../domain/user.ts'

/** Inserts a user. Null if the handle or the id is taken, also by a concurrent transaction. */
export async function insertUser(tx: Tx, user: User): Promise<User | null> {
  const inserted = await tx.$executeRaw`
    insert into users (id, handle, name, bio, version, created_at)
    values (${user.id}::uuid, ${user.handle}, ${user.name}, ${user.bio}, ${user.version}, ${user.createdAt})
    on conflict do nothing`
  return inserted === 1 ? user : null
}

/** Reads a user and keeps the row locked until the transaction ends. */
export async function lockUser(tx: Tx, id: Uuid): Promise<User | null> {
  const [user] = await tx.$queryRaw<User[]>`
    select id, handle, name, bio, version, created_at as "createdAt" from users where id = ${id}::uuid for update`
  return user ?? null
}

/** Updates the profile and increments its version. @throws Prisma's P2002 if the handle is taken */
export async function applyChange(tx: Tx, user: User, change: ProfileChange): Promise<User> {
  if (Object.keys(change).length === 0) return user
  return tx.user.update({ where: { id: user.id }, data: { ...change, version: user.version + 1 } })
}

/** The current state of the user whom an idempotent command created or changed. */
export async function reloadUser(tx: Tx, id: Uuid): Promise<User> {
  return tx.user.findUniqueOrThrow({ where: { id } })
}
