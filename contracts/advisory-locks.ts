/**
 * What advisory locks of Postgres are for: all of them are listed here, so that no two use one key. Postgres keeps a lock for one
 * database; the keys below also contain the schema, since services may share a database, each in a schema of its own.
 */
const LOCKS = {
  /** Two deployers of one schema wait for each other. */
  migrate: 1,
  /** So do two who make databases on one server. */
  provision: 2,
  /** Of several processes of a service, one takes the ticks of the log. */
  relay: 3,
  /** Two processes that find the signing key too old make one new key. */
  'signing key': 4,
} as const

/** Locks on one of many things of a kind. */
type ItemLock =
  /** Commands on one pair of people run one after the other. */
  | 'relation'
  /** A consumer's copy is built by one process at a time. */
  | 'rebuild'

export type Lock = keyof typeof LOCKS
export const locks = Object.keys(LOCKS) as Lock[]

/** The key of a lock, as the two arguments of `pg_advisory_lock`. Different locks and different schemas never collide. */
export function lockKey(lock: Lock): string {
  return `${LOCKS[lock]}, coalesce((select oid::integer from pg_namespace where nspname = current_schema()), 0)`
}

/**
 * The key of a lock on one thing, as the one argument of `pg_advisory_xact_lock`: a hash of 64 bits, in another space than that of
 * `lockKey`. Should two things have the same hash, one waits for the other without need.
 *
 * @param item SQL of type text that says which thing: `$1`
 */
export function itemLockKey(lock: ItemLock, item: string): string {
  return `hashtextextended(coalesce(current_schema()::text, '') || ' ${lock} ' || ${item}, 0)`
}
