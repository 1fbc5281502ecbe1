import type { Sql } from '../../../contracts/sql.ts'
import { parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import type { EventRecord, Handler } from '../../../patterns/change-log/index.ts'

/** The latest event of a pair: whether the first user blocks the second one now. */
type PairState = { blockerId: Uuid; blockedId: Uuid; blocks: boolean }

/**
 * Applies events of blocks. Law: the copy has the state of the latest event of each ordered pair. Applying an event again
 * changes nothing.
 *
 * Unlike other copies, it writes no `copy.changed`: no response shows a block, so no cache has anything to drop. A response
 * that hides data because of a block would need it.
 */
export const blockEvents: Handler = {
  versions: { 'user.blocked': 1, 'user.unblocked': 1 },
  async apply(tx, events) {
    const pairs = latest(events)
    await insert(
      tx,
      pairs.filter(({ blocks }) => blocks),
    )
    await remove(
      tx,
      pairs.filter(({ blocks }) => !blocks),
    )
  },
}

function latest(events: readonly EventRecord[]): PairState[] {
  const pairs = new Map<string, PairState>()
  for (const event of events) {
    const pair = read(event)
    pairs.set(`${pair.blockerId}>${pair.blockedId}`, pair)
  }
  return [...pairs.values()]
}

/** Reads the required fields. Other fields may be added later. @throws TypeError naming the invalid field */
function read({ type, payload }: EventRecord): PairState {
  const fields = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {}
  const user = (field: string): Uuid => {
    const id = typeof fields[field] === 'string' ? parseIdOf('user', fields[field]) : null
    if (id !== null) return id
    const got = JSON.stringify(fields[field])
    throw new TypeError(`${type}: payload.${field}: expected the id of a user, got ${got}`)
  }
  return { blockerId: user('blockerId'), blockedId: user('blockedId'), blocks: type === 'user.blocked' }
}

async function insert(tx: Sql, pairs: readonly PairState[]): Promise<void> {
  if (pairs.length === 0) return
  await tx(
    `insert into block (blocker_id, blocked_id) select * from unnest($1::uuid[], $2::uuid[]) on conflict do nothing`,
    ...columns(pairs),
  )
}

async function remove(tx: Sql, pairs: readonly PairState[]): Promise<void> {
  if (pairs.length === 0) return
  await tx(
    `delete from block using unnest($1::uuid[], $2::uuid[]) as pair (blocker_id, blocked_id)
     where (block.blocker_id, block.blocked_id) = (pair.blocker_id, pair.blocked_id)`,
    ...columns(pairs),
  )
}

function columns(pairs: readonly PairState[]): unknown[] {
  return [pairs.map(({ blockerId }) => blockerId), pairs.map(({ blockedId }) => blockedId)]
}
