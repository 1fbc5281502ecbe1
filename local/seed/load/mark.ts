import { bumpEpoch } from '../../../patterns/change-log/index.ts'
import { FILLED, type Store } from './stores.ts'

/**
 * Key of a row that marks a database as seeded while the users database may not be. The row is in the table of
 * idempotency keys and is written in the same transaction as the seeded rows. No viewer has this id.
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
 * Removes the rows of a seed, its events, and the mark. The open transaction must not write events itself, because the
 * events of the new epoch come after it.
 */
export async function clear(store: Store): Promise<void> {
  const tables = FILLED[store.service]
  // The owner of the event store has revoked its own right, so that no command removes an event.
  const append = tables.filter((table) => table === 'stream_event')
  for (const table of append) await store.client.query(`grant truncate on ${table} to current_user`)
  await store.client.query(`truncate ${tables.join(', ')}`)
  for (const table of append) await store.client.query(`revoke truncate on ${table} from current_user`)
  await forgetLog(store)
  await unmark(store)
}

/**
 * Consumers may already have applied the events that are removed, and no later event could undo them. A new epoch makes
 * them rebuild from the tables. If no relay has ever run, no consumer has read the events.
 */
async function forgetLog({ client }: Store): Promise<void> {
  // Blocks ticks until the end of the transaction.
  await client.query('lock table tick in exclusive mode')
  const { rows } = await client.query('select from tick limit 1')
  if (rows.length > 0) await bumpEpoch(async (text, ...values) => (await client.query(text, values)).rows)
  else await client.query('delete from outbox')
}
