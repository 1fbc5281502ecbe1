/**
 * A Postgres snapshot (`pg_snapshot`, text `xmin:xmax:xip,xip,…`). Transactions below `xmax` have ended, except those in
 * `xip`. Snapshots can be compared without a database.
 */
export type Snapshot = { readonly xmax: bigint; readonly xip: ReadonlySet<bigint> }

/** Position of a reader in the log of a database: the epoch, and the snapshot `cur` of the last tick that it has applied. */
export type AppliedSnapshot = { readonly epoch: number; readonly cur: Snapshot }

const SNAPSHOT = /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/

/** Whether it is the text of a `pg_snapshot`. */
export function isSnapshot(value: unknown): value is string {
  return typeof value === 'string' && SNAPSHOT.test(value)
}

/** Parses the text of a `pg_snapshot`. @throws TypeError if the text is not a snapshot */
export function parseSnapshot(text: string): Snapshot {
  const match = SNAPSHOT.exec(text)
  if (!match) throw new TypeError(`not a snapshot: ${JSON.stringify(text)}`)
  const [, , xmax = '', xip = ''] = match
  return { xmax: BigInt(xmax), xip: new Set(xip === '' ? [] : xip.split(',').map(BigInt)) }
}

/** Whether the writes of a transaction are visible in the snapshot, if it committed. The same as `pg_visible_in_snapshot`. */
export function sees({ xmax, xip }: Snapshot, xid: bigint): boolean {
  return xid < xmax && !xip.has(xid)
}

/** Whether every transaction that is visible in `earlier` is visible in `later`. */
export function covers(later: Snapshot, earlier: Snapshot): boolean {
  if (later.xmax < earlier.xmax) return false
  for (const xid of later.xip) if (sees(earlier, xid)) return false
  return true
}

/** Whether a reader has applied all these transactions of an epoch. */
export function seesAll(applied: AppliedSnapshot, epoch: number, xids: Iterable<string>): boolean {
  if (applied.epoch !== epoch) return false
  for (const xid of xids) if (!sees(applied.cur, BigInt(xid))) return false
  return true
}
