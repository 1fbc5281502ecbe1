/**
 * All advisory locks of Postgres. They are listed in one place, so that no two use the same key. A lock applies to one
 * database. The keys also contain the schema, because services may share a database, each with its own schema.
 */
const LOCKS = {
  /** Only one process at a time migrates a schema. */
  migrate: 1,
  /** Only one process at a time creates databases on a server. */
  provision: 2,
  /** Only one of a service's processes takes the ticks of the log. */
  relay: 3,
  /** If several processes find the signing key too old, only one of them creates a new key. */
  'signing key': 4,
} as const

/** Locks on one item of a kind. */
type ItemLock =
  /** Only one process at a time builds a consumer's copy. */
  | 'rebuild'
  /** Appends to one stream of events run one after the other. */
  | 'stream'

export type Lock = keyof typeof LOCKS
export const locks = Object.keys(LOCKS) as Lock[]

/** The key of a lock, as the two arguments of `pg_advisory_lock`. Different locks and different schemas never collide. */
export function lockKey(lock: Lock): string {
  return `${LOCKS[lock]}, coalesce((select oid::integer from pg_namespace where nspname = current_schema()), 0)`
}

/**
 * The key of a lock on one item, as the only argument of `pg_advisory_xact_lock`. It is a 64-bit hash, in a different key
 * space than `lockKey`. If two items have the same hash, one waits for the other unnecessarily.
 *
 * @param item SQL of type text that identifies the item: `$1`
 */
export function itemLockKey(lock: ItemLock, item: string): string {
  return `hashtextextended(coalesce(current_schema()::text, '') || ' ${lock} ' || ${item}, 0)`
}
