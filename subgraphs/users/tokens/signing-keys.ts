import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey, type JWK } from 'jose'
import { z } from 'zod'
import { lockKey } from '../../../contracts/advisory-locks.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import type { Clock } from '../../../platform/clock.ts'

/** `kid` is in the header of the tokens that the key signs. */
export type Signer = { kid: string; key: CryptoKey }

export type SigningKeys = {
  /** The current signing key. Creates a key if there is none, or if the newest is due for rotation. */
  current(): Promise<Signer>
  /** Public keys of the tokens that may still be valid. Creates no key. */
  published(): Promise<JWK[]>
}

/** A process may read its key just before another process rotates it, and sign with it a little later. Milliseconds. */
const LEEWAY_MS = 60_000

const Ed25519Public = z.object({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })
const Ed25519Private = Ed25519Public.extend({ d: z.string() })
type KeyRow = { id: string; privateJwk: unknown; createdAt: Date }

/**
 * Ed25519 keys in the table `signing_key`. The newest key that is not revoked signs. Keys rotate only on use. A new key signs
 * immediately, without being published first, because verifiers fetch `/jwks` again for an unknown `kid`.
 *
 * @param rotationMs age at which a new key takes over
 * @param accessTtlMs lifetime of the tokens that the keys sign
 */
export function createSigningKeys(
  { sql, transact }: { sql: Sql; transact: Transact },
  clock: Clock,
  { rotationMs, accessTtlMs }: { rotationMs: number; accessTtlMs: number },
): SigningKeys {
  let last: Signer | null = null
  const isDue = (row: KeyRow) => clock() - row.createdAt.getTime() >= rotationMs

  async function rotate(): Promise<KeyRow> {
    const made = await makeKey()
    return transact(async (tx) => {
      await tx(`select pg_advisory_xact_lock(${lockKey('signing key')})`)
      const newest = await newestKey(tx)
      if (newest && !isDue(newest)) return newest
      const createdAt = new Date(clock())
      await tx(
        'insert into signing_key (id, public_jwk, private_jwk, created_at) values ($1, $2, $3, $4)',
        made.id,
        JSON.stringify(made.publicJwk),
        JSON.stringify(made.privateJwk),
        createdAt,
      )
      return { id: made.id, privateJwk: made.privateJwk, createdAt }
    })
  }

  return {
    async current() {
      const newest = await newestKey(sql)
      const row = newest && !isDue(newest) ? newest : await rotate()
      if (last?.kid !== row.id) last = { kid: row.id, key: await importPrivate(row.privateJwk) }
      return last
    },
    async published() {
      const cutoff = new Date(clock() - accessTtlMs - LEEWAY_MS)
      const rows = await sql<{ id: string; public_jwk: unknown }>(
        `select id, public_jwk from (
           select id, public_jwk, created_at, lead(created_at) over (order by created_at, id) as taken_over_at
           from signing_key where revoked_at is null
         ) as signing where taken_over_at is null or taken_over_at > $1 order by created_at desc`,
        cutoff,
      )
      return rows.map((row) => ({
        ...Ed25519Public.parse(row.public_jwk),
        kid: row.id,
        alg: 'EdDSA',
        use: 'sig',
      }))
    },
  }
}

async function newestKey(sql: Sql): Promise<KeyRow | null> {
  const [row] = await sql<KeyRow>(
    `select id, private_jwk as "privateJwk", created_at as "createdAt" from signing_key
     where revoked_at is null order by created_at desc, id desc limit 1`,
  )
  return row ?? null
}

/** The id is the key's thumbprint (RFC 7638). */
async function makeKey() {
  const pair = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  const publicJwk = Ed25519Public.parse(await exportJWK(pair.publicKey))
  const privateJwk = Ed25519Private.parse(await exportJWK(pair.privateKey))
  return { id: await calculateJwkThumbprint(publicJwk), publicJwk, privateJwk }
}

async function importPrivate(jwk: unknown): Promise<CryptoKey> {
  const key = await importJWK(Ed25519Private.parse(jwk), 'EdDSA')
  if (key instanceof Uint8Array) throw new TypeError('an Ed25519 key was read as a secret')
  return key
}
