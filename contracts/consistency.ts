/**
 * Consistency tokens between gateway and subgraphs: plain JSON inside signed requests. A client has the same token as a
 * signed text.
 */

/** Request header with the client's consistency token, both from the client and to a subgraph. */
export const CONSISTENCY_HEADER = 'tessera-consistency'

/**
 * Writes in one database: their xids in one epoch. `xids` is null if there are too many to compare. Then only the database
 * itself has all of the writes for certain.
 *
 * `floor`, if known, is the `xmin` of a snapshot of one of these transactions. Every transaction below it had already ended.
 * So a reader that sees all of these xids also sees every transaction below `floor`.
 */
export type TokenEntry = readonly [
  database: string,
  epoch: number,
  xids: readonly string[] | null,
  floor?: string | undefined,
]

/** The `extensions` of a subgraph's response. */
export type ConsistencyExtensions = {
  /** The writes of the request. */
  consistency?: readonly TokenEntry[]
  /** Databases whose copied data in the response lacks writes of the request's token. */
  stale?: readonly string[]
}

/** Parses entries from JSON. Null for anything else. */
export function parseTokenEntries(value: unknown): TokenEntry[] | null {
  if (!Array.isArray(value)) return null
  const entries: TokenEntry[] = []
  for (const entry of value as unknown[]) {
    if (!Array.isArray(entry)) return null
    const [database, epoch, xids, floor] = entry as unknown[]
    if (typeof database !== 'string' || !Number.isSafeInteger(epoch)) return null
    if (xids !== null && !(Array.isArray(xids) && xids.every(isXid))) return null
    if (floor !== undefined && !isXid(floor)) return null
    const writes = [database, Number(epoch), xids] as const
    entries.push(floor === undefined ? writes : [...writes, floor])
  }
  return entries
}

/** Whether it is the text of a transaction id (`xid8`). */
export function isXid(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value)
}
