import { type AppliedSnapshot, sees, seesAll } from '../snapshot.ts'

/** Writes in one database that a client knows of: their xids; `source` when they are too many to compare. */
export type Writes = { readonly epoch: number; readonly xids: ReadonlySet<string> | 'source' }

/** A consistency token: what a client has written, by database. */
export type Token = ReadonlyMap<string, Writes>

/** From here on, asking the source is cheaper. */
const MAX_XIDS = 8

/** The token of one write. */
export function tokenOf(database: string, epoch: number, xid: string): Token {
  return new Map([[database, { epoch, xids: new Set([xid]) }]])
}

/**
 * The union: a higher xid can be visible before a lower one, so no maximum will do. Of two epochs of a database the later
 * counts: whoever is in it has what is left of the earlier.
 */
export function mergeTokens(a: Token, b: Token): Token {
  const merged = new Map(a)
  for (const [database, writes] of b) merged.set(database, mergeWrites(merged.get(database), writes))
  return merged
}

/**
 * Whether a reader has everything that the token names of the databases it reads. One that is in another epoch than the
 * token has not.
 *
 * @param positions of the databases that the answer is made from
 */
export function isFresh(token: Token, positions: ReadonlyMap<string, AppliedSnapshot>): boolean {
  for (const [database, position] of positions) {
    const writes = token.get(database)
    if (writes && (writes.xids === 'source' || !seesAll(position, writes.epoch, writes.xids))) return false
  }
  return true
}

/** What of the token need not be asked again: the reader's position has it, as all later ones will. */
export function dropSeen(token: Token, positions: ReadonlyMap<string, AppliedSnapshot>): Token {
  const left = new Map<string, Writes>()
  for (const [database, writes] of token) {
    const position = positions.get(database)
    const xids = position ? unseen(position, writes) : writes.xids
    if (xids === 'source' || xids.size > 0) left.set(database, { epoch: writes.epoch, xids })
  }
  return left
}

function mergeWrites(a: Writes | undefined, b: Writes): Writes {
  if (!a || b.epoch > a.epoch) return b
  if (a.epoch > b.epoch) return a
  if (a.xids === 'source' || b.xids === 'source') return { epoch: a.epoch, xids: 'source' }
  const xids = new Set([...a.xids, ...b.xids])
  return { epoch: a.epoch, xids: xids.size > MAX_XIDS ? 'source' : xids }
}

function unseen({ epoch, cur }: AppliedSnapshot, writes: Writes): Writes['xids'] {
  if (epoch > writes.epoch && writes.xids === 'source') return new Set()
  if (epoch < writes.epoch || writes.xids === 'source') return writes.xids
  // Of an older epoch too: a write around its end may carry the old one's number, and the new one has yet to show it.
  return new Set([...writes.xids].filter((xid) => !sees(cur, BigInt(xid))))
}
