import { createHash } from 'node:crypto'
import type { JWTPayload } from 'jose'
import { formatId, isUuid, parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'

/** The viewer of a token that the users subgraph signed: `sub` is the user's id, `sid` the session's uuid. */
export function ownViewer({ sub, sid }: JWTPayload & { sid?: unknown }): Viewer | null {
  if (typeof sub !== 'string' || parseIdOf('user', sub) === null) return null
  return typeof sid === 'string' && isUuid(sid) ? { id: sub, session: sid } : null
}

/**
 * The viewer of an identity provider's token. The id is a UUID version 8 (RFC 9562, 5.8) of SHA-256 over issuer and
 * subject: the same person has the same id for ever, and the bucket's bits are as good as random.
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
