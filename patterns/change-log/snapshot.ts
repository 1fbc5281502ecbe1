/**
 * A Postgres snapshot (`pg_snapshot`, text `xmin:xmax:xip,xip,…`): transactions below `xmax` have ended, except those
 * in `xip`. Arithmetic on it needs no database.
 */
export type Snapshot = { readonly xmax: bigint; readonly xip: ReadonlySet<bigint> }

/** How far a reader has applied a database: the epoch and the snapshot `cur` of the last tick. */
export type AppliedSnapshot = { readonly epoch: number; readonly cur: Snapshot }

/** Reads the text of a `pg_snapshot`. @throws TypeError when it is none */
export function parseSnapshot(text: string): Snapshot {
  const match = /^(\d+):(\d+):((?:\d+(?:,\d+)*)?)$/.exec(text)
  if (!match) throw new TypeError(`not a snapshot: ${JSON.stringify(text)}`)
  const [, , xmax = '', xip = ''] = match
  return { xmax: BigInt(xmax), xip: new Set(xip === '' ? [] : xip.split(',').map(BigInt)) }
}

/** Whether what the transaction wrote is visible in the snapshot, if it committed: `pg_visible_in_snapshot`. */
export function sees({ xmax, xip }: Snapshot, xid: bigint): boolean {
  return xid < xmax && !xip.has(xid)
}

/** Whether `later` sees every transaction that `earlier` sees. */
export function covers(later: Snapshot, earlier: Snapshot): boolean {
  if (later.xmax < earlier.xmax) return false
  for (const xid of later.xip) if (sees(earlier, xid)) return false
  return true
}

/** Whether a reader has applied all of these transactions of an epoch. */
export function seesAll(applied: AppliedSnapshot, epoch: number, xids: Iterable<string>): boolean {
  if (applied.epoch !== epoch) return false
  for (const xid of xids) if (!sees(applied.cur, BigInt(xid))) return false
  return true
}
