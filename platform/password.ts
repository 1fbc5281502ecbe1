import { randomBytes, scrypt, timingSafeEqual, type ScryptOptions } from 'node:crypto'
import { promisify } from 'node:util'

/**
 * Parameters of scrypt (RFC 7914). A stored hash has the format `scrypt$N$r$p$salt$hash`, with salt and hash in base64url.
 * Cost: about 32 MiB and 50 to 100 ms on one core, outside of the event loop
 * (https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html, the setting with p = 1).
 */
const COST = { N: 2 ** 15, r: 8, p: 1 }
const SALT_BYTES = 16
const HASH_BYTES = 32
/** Maximum memory that a stored hash may need, in bytes. A hash that needs more is not ours. */
const MAX_MEMORY = 256 * 1024 * 1024
const FORMAT = /^scrypt\$(\d{1,8})\$(\d{1,3})\$(\d{1,3})\$([\w-]{16,})\$([\w-]{40,})$/

const derive = promisify<string, Buffer, number, ScryptOptions, Buffer>(scrypt)

/** @param salt 16 random bytes. Pass it only if the same password must give the same hash. */
export async function hashPassword(
  password: string,
  salt: Buffer = randomBytes(SALT_BYTES),
): Promise<string> {
  const hash = await derive(normalise(password), salt, HASH_BYTES, { ...COST, maxmem: MAX_MEMORY })
  const { N, r, p } = COST
  return `scrypt$${N}$${r}$${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`
}

/** Whether `hash` was created from this password. The time does not depend on how much of the hash matches. */
export async function verifyPassword(password: string, hash: string): Promise<boolean> {
  const { salt, expected, cost } = parseHash(hash)
  const actual = await derive(normalise(password), salt, expected.length, { ...cost, maxmem: MAX_MEMORY })
  return timingSafeEqual(actual, expected)
}

function parseHash(hash: string) {
  const [, N, r, p, salt = '', expected = ''] = FORMAT.exec(hash) ?? []
  const cost = { N: Number(N), r: Number(r), p: Number(p) }
  const powerOfTwo = cost.N > 1 && Number.isInteger(Math.log2(cost.N))
  if (!powerOfTwo || cost.r < 1 || cost.p < 1 || 128 * (cost.N + cost.p) * cost.r > MAX_MEMORY) {
    throw new Error(
      `malformed password hash of ${hash.length} characters: expected scrypt$N$r$p$salt$hash. Set the password again.`,
    )
  }
  return { cost, salt: Buffer.from(salt, 'base64url'), expected: Buffer.from(expected, 'base64url') }
}

/** The same characters can have different code points on different keyboards (NIST SP 800-63B, 5.1.1.2). */
function normalise(password: string): string {
  return password.normalize('NFKC')
}
