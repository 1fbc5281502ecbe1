/**
 * Opaque cursors. A cursor contains its list and the sort key of its row, so it stays valid after the row is deleted. It is
 * not secret. The checksum detects damaged cursors; the scope detects cursors of another list.
 */

const VERSION = 1

export type CursorFault = 'malformed' | 'foreign' | 'stale'
export type DecodedCursor = { ok: true; values: string[] } | { ok: false; fault: CursorFault }

/**
 * @param scope the list: connection name, owner and filter, for example `User.posts:0192…:ALL`
 * @param values the row's sort key, in the order of the sort
 */
export function encodeCursor(scope: string, values: readonly string[]): string {
  const body = JSON.stringify([VERSION, hash(scope), ...values])
  return Buffer.from(`${body}${hash(body)}`).toString('base64url')
}

/** Decodes a cursor of `scope`, or returns its fault: damaged, of another list, or of an old format. */
export function decodeCursor(scope: string, cursor: string): DecodedCursor {
  const text = Buffer.from(cursor, 'base64url').toString()
  // Decoding ignores characters that are not base64url. Only the exact text that was issued is valid.
  if (Buffer.from(text).toString('base64url') !== cursor) return { ok: false, fault: 'malformed' }
  const body = text.slice(0, -8)
  if (hash(body) !== text.slice(-8)) return { ok: false, fault: 'malformed' }
  const parts = parseParts(body)
  if (!parts) return { ok: false, fault: 'malformed' }
  const [version, list, ...values] = parts
  if (version !== VERSION) return { ok: false, fault: 'stale' }
  if (list !== hash(scope)) return { ok: false, fault: 'foreign' }
  return values.every((value) => typeof value === 'string')
    ? { ok: true, values }
    : { ok: false, fault: 'malformed' }
}

function parseParts(body: string): unknown[] | null {
  try {
    const parsed: unknown = JSON.parse(body)
    return Array.isArray(parsed) ? parsed : null
  } catch {
    return null
  }
}

/** FNV-1a, 32 bits, as 8 hex digits (http://www.isthe.com/chongo/tech/comp/fnv/). */
function hash(text: string): string {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  return (state >>> 0).toString(16).padStart(8, '0')
}
