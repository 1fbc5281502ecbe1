import { UserFacingError } from '../../../platform/lifecycle.ts'
import { clear, isMarked, mark, unmark } from './mark.ts'
import { hasRows, type Seeded, type Store } from './stores.ts'

/**
 * Commits the open transactions of all three databases, or none of them. The users database commits last, because its
 * rows mark an installation as seeded. If a commit fails, the databases that have already committed are cleared. Rows
 * that a crash leaves behind are marked.
 *
 * @param reconnect opens another connection to the users database
 */
export async function commitStores(
  stores: Record<Seeded, Store>,
  reconnect: () => Promise<Store>,
): Promise<void> {
  const marked: Store[] = []
  try {
    for (const store of [stores.posts, stores.followers]) {
      await mark(store)
      marked.push(store)
      await store.client.query('commit')
    }
    await commitUsers(stores.users, reconnect)
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) await Promise.allSettled(marked.map(clearNow))
    throw error
  }
  await Promise.all(marked.map(unmark))
}

/** If the response to a commit is lost, the commit may have succeeded. Only the database itself can tell. */
async function commitUsers(users: Store, reconnect: () => Promise<Store>): Promise<void> {
  try {
    await users.client.query('commit')
  } catch (error) {
    if (!(await isCommitted(reconnect))) throw error
  }
}

/** @throws OutcomeUnknown if the database can't be queried */
async function isCommitted(reconnect: () => Promise<Store>): Promise<boolean> {
  try {
    const again = await reconnect()
    try {
      return await hasRows(again, 'users')
    } finally {
      await again.client.end()
    }
  } catch {
    throw new OutcomeUnknown()
  }
}

class OutcomeUnknown extends UserFacingError {
  constructor() {
    super(
      'The connection to the users database was lost during the commit, so it is unknown whether the seed is complete. Start it \
again, then repeat the seed: it finishes or says that there are users already.',
    )
  }
}

/** Clears a database in a new transaction. The mark exists only if the previous commit succeeded. */
async function clearNow(store: Store): Promise<void> {
  await store.client.query('rollback')
  await store.client.query('begin')
  if (await isMarked(store)) await clear(store)
  await store.client.query('commit')
}
