import { createHash } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { formatId, isUuid, parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'

/** The viewer of a token of the users subgraph: `sub` is the user's id, `sid` the session's UUID. */
export function ownViewer({ sub, sid }: JWTPayload & { sid?: unknown }): Viewer | null {
  if (typeof sub !== 'string' || parseIdOf('user', sub) === null) return null
  return typeof sid === 'string' && isUuid(sid) ? { id: sub, session: sid } : null
}

/**
 * The viewer of an identity provider's token. The id is a UUID version 8 (RFC 9562, section 5.8) from the SHA-256 of issuer and
 * subject. The same person always has the same id, and the bits that choose a bucket are evenly distributed.
 */
export function externalViewer({ iss, sub }: JWTPayload): Viewer | null {
  if (!iss || !sub) return null
  const bytes = createHash('sha256')
    .update(JSON.stringify([iss, sub]))
    .digest()
    .subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x80, 6)
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8)
  const uuid = bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return { id: formatId('user', uuid), session: null }
}
