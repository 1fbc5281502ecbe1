import { type AppliedSnapshot, sees, seesAll, type Snapshot } from '../snapshot.ts'

/** Writes in one database that a client has made or seen. */
export type Writes = {
  readonly epoch: number
  /** Ids of the transactions. `source` if they are too many to compare. */
  readonly xids: ReadonlySet<string> | 'source'
  /**
   * A reader that sees all of `xids` sees every transaction below this one. It is the greatest `xmin` of a snapshot that
   * one of the transactions has had. 0 if unknown.
   */
  readonly floor: bigint
}

/** A consistency token: the writes of a client, by database. */
export type Token = ReadonlyMap<string, Writes>

/** Position of a reader in a database: its last tick, and the positions of the copies in that database at that tick. */
export type AppliedTick = AppliedSnapshot & {
  /** Absent if unknown. */
  readonly copies?: readonly AppliedCopy[] | undefined
}

/** Position of one copy. `cur` is null while the copy is not fresh for any token. */
export type AppliedCopy = { readonly source: string; readonly epoch: number; readonly cur: Snapshot | null }

/** The databases of which each database keeps copies: posts → users. */
export type Copies = ReadonlyMap<string, readonly string[]>

/** With more xids than this, it is cheaper to read from the source. */
const MAX_XIDS = 8

/** The token of one write. @param floor the `xmin` of a snapshot of its transaction, if known */
export function tokenOf(database: string, epoch: number, xid: string, floor?: string): Token {
  return new Map([[database, writesOf(epoch, [xid], floor)]])
}

/**
 * The writes of an entry of a token.
 *
 * @param xids null if only the source can check them
 * @param floor see `Writes`. It is ignored if all xids are below it, because one of them must be the transaction that had
 *   this snapshot
 */
export function writesOf(epoch: number, xids: readonly string[] | null, floor?: string | bigint): Writes {
  if (xids === null) return { epoch, xids: 'source', floor: 0n }
  const least = BigInt(floor ?? 0)
  const known = xids.some((xid) => BigInt(xid) >= least) ? least : 0n
  const kept = new Set(xids.filter((xid) => BigInt(xid) >= known))
  return kept.size > MAX_XIDS ? writesOf(epoch, null) : { epoch, xids: kept, floor: known }
}

/**
 * The union of two tokens. A higher xid can become visible before a lower one, so a maximum is not enough. If the epochs of
 * a database differ, the later one is used: a reader in it has everything that is left of the earlier one. Xids below the
 * floor are dropped, because a reader that sees the other xids sees these too.
 */
export function mergeTokens(a: Token, b: Token): Token {
  const merged = new Map(a)
  for (const [database, writes] of b) merged.set(database, mergeWrites(merged.get(database), writes))
  return merged
}

/**
 * Whether a reader has all writes that the token names for the sources of a response. A reader in another epoch than the
 * token does not have them. If the response shows copies, each copy must have the writes that the token names for its
 * source.
 *
 * @param positions positions in the databases that the response is read from
 * @param copies the copies that the response shows
 */
export function isFresh(token: Token, positions: ReadonlyMap<string, AppliedTick>, copies: Copies): boolean {
  for (const [database, position] of positions) {
    const writes = token.get(database)
    if (writes && !covers(position, writes)) return false
    for (const source of copies.get(database) ?? []) {
      const copied = token.get(source)
      if (copied && !copyCovers(position, source, copied)) return false
    }
  }
  return true
}

/**
 * The part of a token that must still be checked. An xid is dropped once its database and every copy of that database have
 * it. Otherwise a response with a copy that is behind would count as fresh.
 *
 * @param positions positions of the reader. A database that is missing here has nothing
 * @param copies all copies that are kept of the databases in the token
 */
export function dropSeen(token: Token, positions: ReadonlyMap<string, AppliedTick>, copies: Copies): Token {
  const left = new Map<string, Writes>()
  for (const [database, writes] of token) {
    const all = [positions.get(database) ?? null, ...copiesOf(database, positions, copies)]
    const xids = unseenByAny(all, writes)
    if (xids !== 'source' && xids.size === 0) continue
    // The floor may come from an xid that is dropped.
    const floor =
      xids !== 'source' && writes.xids !== 'source' && xids.size === writes.xids.size ? writes.floor : 0n
    left.set(database, { epoch: writes.epoch, xids, floor })
  }
  return left
}

function mergeWrites(a: Writes | undefined, b: Writes): Writes {
  if (!a || b.epoch > a.epoch) return b
  if (a.epoch > b.epoch) return a
  if (a.xids === 'source' || b.xids === 'source') return writesOf(a.epoch, null)
  return writesOf(a.epoch, [...a.xids, ...b.xids], a.floor > b.floor ? a.floor : b.floor)
}

function covers(position: AppliedSnapshot, { epoch, xids }: Writes): boolean {
  return xids !== 'source' && seesAll(position, epoch, xids)
}

/** A copy with an unknown position counts as behind. */
function copyCovers({ copies }: AppliedTick, source: string, writes: Writes): boolean {
  const own = copies?.filter((copy) => copy.source === source) ?? []
  return own.length > 0 && own.every(({ epoch, cur }) => cur !== null && covers({ epoch, cur }, writes))
}

/** Positions of the copies of a database. Null for each copy whose position is unknown. */
function copiesOf(
  source: string,
  positions: ReadonlyMap<string, AppliedTick>,
  copies: Copies,
): (AppliedSnapshot | null)[] {
  return [...copies].flatMap(([keeper, sources]) => {
    if (!sources.includes(source)) return []
    const own = positions.get(keeper)?.copies?.filter((copy) => copy.source === source) ?? []
    return own.length > 0 ? own.map(({ epoch, cur }) => cur && { epoch, cur }) : [null]
  })
}

function unseenByAny(all: readonly (AppliedSnapshot | null)[], writes: Writes): Writes['xids'] {
  const left = all.map((at) => (at ? unseen(at, writes) : writes.xids))
  if (left.some((xids) => xids === 'source')) return 'source'
  return new Set(left.flatMap((xids) => (xids === 'source' ? [] : [...xids])))
}

function unseen({ epoch, cur }: AppliedSnapshot, writes: Writes): Writes['xids'] {
  if (epoch > writes.epoch && writes.xids === 'source') return new Set()
  if (epoch < writes.epoch || writes.xids === 'source') return writes.xids
  // Also for a write of an older epoch: a write near the end of an epoch may carry its number, and become visible only in
  // the new one.
  return new Set([...writes.xids].filter((xid) => !sees(cur, BigInt(xid))))
}
