/**
 * How gateway and subgraphs tell each other what was written. Plain JSON between our own services, which sign their
 * requests; what a client holds is a signed text of the same.
 */

/** Of a request: what its client has written. Towards the client and a subgraph alike. */
export const CONSISTENCY_HEADER = 'tessera-consistency'

/** Writes in one database: their xids in one epoch; null when only the database itself knows. */
export type TokenEntry = readonly [database: string, epoch: number, xids: readonly string[] | null]

/** What a subgraph's answer tells of consistency, in `extensions`. */
export type ConsistencyExtensions = {
  /** What the request has written. */
  consistency?: readonly TokenEntry[]
  /** Databases of which the answer shows a copy that does not have all that the request's token names. */
  stale?: readonly string[]
}

/** Reads entries from JSON; null for anything else. */
export function parseTokenEntries(value: unknown): TokenEntry[] | null {
  if (!Array.isArray(value)) return null
  const entries: TokenEntry[] = []
  for (const entry of value as unknown[]) {
    if (!Array.isArray(entry)) return null
    const [database, epoch, xids] = entry as unknown[]
    if (typeof database !== 'string' || !Number.isSafeInteger(epoch)) return null
    if (xids !== null && !(Array.isArray(xids) && xids.every(isXid))) return null
    entries.push([database, Number(epoch), xids])
  }
  return entries
}

/** Whether it is the text of a transaction id (`xid8`). */
export function isXid(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value)
}
