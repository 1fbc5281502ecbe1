import { type AppliedSnapshot, sees, seesAll, type Snapshot } from '../snapshot.ts'

/** Writes in one database that a client knows of: their xids; `source` when they are too many to compare. */
export type Writes = {
  readonly epoch: number
  readonly xids: ReadonlySet<string> | 'source'
  /**
   * Whoever sees all of `xids` sees every transaction below this one: the greatest `xmin` of a snapshot that one of them has
   * had. 0: not known.
   */
  readonly floor: bigint
}

/** A consistency token: what a client has written, by database. */
export type Token = ReadonlyMap<string, Writes>

/** How far a reader has applied a database: that of its last tick, and how far the copies in the database were in it. */
export type AppliedTick = AppliedSnapshot & {
  /** Absent: not known. */
  readonly copies?: readonly AppliedCopy[] | undefined
}

/** How far one copy was; `cur` is null while the copy is fresh for nothing. */
export type AppliedCopy = { readonly source: string; readonly epoch: number; readonly cur: Snapshot | null }

/** Which databases each database keeps copies of: posts → users. */
export type Copies = ReadonlyMap<string, readonly string[]>

/** From here on, asking the source is cheaper. */
const MAX_XIDS = 8

/** The token of one write. @param floor the `xmin` of a snapshot of its transaction, if known */
export function tokenOf(database: string, epoch: number, xid: string, floor?: string): Token {
  return new Map([[database, writesOf(epoch, [xid], floor)]])
}

/**
 * The writes of an entry of a token.
 *
 * @param xids null: only the source knows
 * @param floor see `Writes`; ignored when all xids are below it, since one of them has to be the transaction that had it
 */
export function writesOf(epoch: number, xids: readonly string[] | null, floor?: string | bigint): Writes {
  if (xids === null) return { epoch, xids: 'source', floor: 0n }
  const least = BigInt(floor ?? 0)
  const known = xids.some((xid) => BigInt(xid) >= least) ? least : 0n
  const kept = new Set(xids.filter((xid) => BigInt(xid) >= known))
  return kept.size > MAX_XIDS ? writesOf(epoch, null) : { epoch, xids: kept, floor: known }
}

/**
 * The union: a higher xid can be visible before a lower one, so no maximum will do. Of two epochs of a database the later
 * counts: whoever is in it has what is left of the earlier. Xids below the floor go: whoever sees the others sees them.
 */
export function mergeTokens(a: Token, b: Token): Token {
  const merged = new Map(a)
  for (const [database, writes] of b) merged.set(database, mergeWrites(merged.get(database), writes))
  return merged
}

/**
 * Whether a reader has everything that the token names of what a response is made from. A reader in another epoch than the
 * token does not. Where the response shows copies, each copy must have what the token names of its source.
 *
 * @param positions of the databases that the response is read from
 * @param copies those that the response shows
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
 * What of the token must still be asked for. An xid is dropped once its database has it, and every copy of its database:
 * a response that shows a copy which is behind would otherwise pass for fresh.
 *
 * @param positions of the reader; a database that is missing here has nothing
 * @param copies all that are kept of the databases in the token
 */
export function dropSeen(token: Token, positions: ReadonlyMap<string, AppliedTick>, copies: Copies): Token {
  const left = new Map<string, Writes>()
  for (const [database, writes] of token) {
    const all = [positions.get(database) ?? null, ...copiesOf(database, positions, copies)]
    const xids = unseenByAny(all, writes)
    if (xids !== 'source' && xids.size === 0) continue
    // The floor may be that of an xid which is dropped.
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

/** A copy whose position is not known is as good as behind. */
function copyCovers({ copies }: AppliedTick, source: string, writes: Writes): boolean {
  const own = copies?.filter((copy) => copy.source === source) ?? []
  return own.length > 0 && own.every(({ epoch, cur }) => cur !== null && covers({ epoch, cur }, writes))
}

/** Where the copies of a database are; null for each that nothing is known of. */
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
  // Of an older epoch too: a write around its end may carry the old one's number, and the new one has yet to show it.
  return new Set([...writes.xids].filter((xid) => !sees(cur, BigInt(xid))))
}
