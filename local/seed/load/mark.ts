import { bumpEpoch } from '../../../patterns/change-log/index.ts'
import { FILLED, type Store } from './stores.ts'

/**
 * A row under this key says that a database was seeded but that the users database may not have been. It stands in
 * the table of idempotency keys, in the transaction of the rows it speaks of; no viewer has this id.
 */
const MARK = ['seed', 'unfinished'] as const

export async function mark({ client }: Store): Promise<void> {
  await client.query(
    "insert into idempotency_key (viewer, key, input_hash, result_id) values ($1, $2, '', '') on conflict do nothing",
    [...MARK],
  )
}

export async function unmark({ client }: Store): Promise<void> {
  await client.query('delete from idempotency_key where viewer = $1 and key = $2', [...MARK])
}

export async function isMarked({ client }: Store): Promise<boolean> {
  const { rows } = await client.query('select from idempotency_key where viewer = $1 and key = $2', [...MARK])
  return rows.length > 0
}

/**
 * Removes what a seed put there, its events, and the mark. The open transaction must write no events of its own: those of
 * the new epoch come after it.
 */
export async function clear(store: Store): Promise<void> {
  await store.client.query(`truncate ${FILLED[store.service].join(', ')}`)
  await forgetLog(store)
  await unmark(store)
}

/**
 * Others may have applied the events that are to go, and nothing follows from which they could undo them: a new epoch
 * tells them to begin again from the tables. Where no relay has ever run, nobody has seen them.
 */
async function forgetLog({ client }: Store): Promise<void> {
  // No tick is taken until the end of the transaction.
  await client.query('lock table tick in exclusive mode')
  const { rows } = await client.query('select from tick limit 1')
  if (rows.length > 0) await bumpEpoch(async (text, ...values) => (await client.query(text, values)).rows)
  else await client.query('delete from outbox')
}
