/**
 * Global ids of the API: `<prefix>_<26 characters>`, for example `user_01jd3w8k2he5bvqz4p7n6m9xtr`.
 *
 * The 26 characters are a 128-bit UUID version 7 in lower-case Crockford base 32 (the TypeID format,
 * https://github.com/jetify-com/typeid/tree/main/spec). Ten of its random bits hold the *bucket*, the logical
 * shard of the owner, so that the id determines the shard of its row. Databases store the plain `uuid`.
 */

/** Types that `node(id:)` can load, by id prefix. The node subgraph is generated from this table. */
export const NODE_PREFIXES = { user: 'User', post: 'Post' } as const

/** Type names by id prefix. Private objects have ids too, for client caches and mutations. */
export const ID_PREFIXES = { ...NODE_PREFIXES, viewer: 'Viewer', session: 'ViewerSession' } as const

export type IdPrefix = keyof typeof ID_PREFIXES
/** A UUID in its canonical text form: 36 characters, lower case, as Postgres prints it. */
export type Uuid = string
export type ParsedId = { prefix: IdPrefix; uuid: Uuid }

/** Logical shards; an id's bucket is in `[0, BUCKETS)`. */
export const BUCKETS = 1024

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'
const HEX = '0123456789abcdef'
/** Values of digits by their character code. */
const OF_ALPHABET = valuesOf(ALPHABET)
const OF_HEX = valuesOf(HEX)
const DASH = 0x2d
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
/** 26 digits of 5 bits are 130 bits, so the first digit has only three bits. */
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/

export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** Formats a database uuid as a global id with `prefix`. @throws Error if it is not a uuid, which is a bug */
export function formatId(prefix: IdPrefix, uuid: Uuid): string {
  if (!isUuid(uuid)) throw new TypeError(`not a uuid: ${JSON.stringify(uuid)}`)
  let id = `${prefix}_`
  // 128 bits as 26 digits of 5 bits: two zero bits come first.
  let bits = 0
  let count = 2
  for (let i = 0; i < uuid.length; i++) {
    const code = uuid.charCodeAt(i)
    if (code === DASH) continue
    bits = (bits << 4) | (OF_HEX[code] ?? 0)
    count += 4
    if (count < 5) continue
    count -= 5
    id += ALPHABET.charAt(bits >> count)
    bits &= (1 << count) - 1
  }
  return id
}

/** Parses a global id. Null if the prefix, the length or a character is wrong. */
export function parseId(id: string): ParsedId | null {
  const cut = id.lastIndexOf('_')
  const prefix = id.slice(0, Math.max(cut, 0))
  const suffix = id.slice(cut + 1)
  if (!Object.hasOwn(ID_PREFIXES, prefix) || !SUFFIX.test(suffix)) return null
  return { prefix: prefix as IdPrefix, uuid: uuidOfSuffix(suffix) }
}

function uuidOfSuffix(suffix: string): Uuid {
  let hex = ''
  let bits = 0
  // The first digit has only three bits.
  let count = -2
  for (let i = 0; i < suffix.length; i++) {
    bits = (bits << 5) | (OF_ALPHABET[suffix.charCodeAt(i)] ?? 0)
    count += 5
    while (count >= 4) {
      count -= 4
      hex += HEX.charAt(bits >> count)
      bits &= (1 << count) - 1
    }
  }
  return withDashes(hex)
}

/** Parses a global id of one type. Null if it is not one. */
export function parseIdOf(prefix: IdPrefix, id: string): Uuid | null {
  const parsed = parseId(id)
  return parsed?.prefix === prefix ? parsed.uuid : null
}

/**
 * Builds a UUID version 7 whose `rand_a` carries the bucket in its low ten bits.
 *
 * @param ms milliseconds since the epoch, 48 bits
 * @param bucket the owner's logical shard, in `[0, BUCKETS)`
 * @param random at least 9 random bytes
 */
export function makeUuid(ms: number, bucket: number, random: Uint8Array): Uuid {
  if (!Number.isInteger(bucket) || bucket < 0 || bucket >= BUCKETS) throw new RangeError(`bucket ${bucket}`)
  if (random.length < 9) throw new RangeError(`${random.length} random bytes, 9 needed`)
  const byte = (i: number) => BigInt(random[i] ?? 0)
  let tail = 0n
  for (let i = 0; i < 8; i++) tail = (tail << 8n) | byte(i)
  const randA = ((byte(8) & 3n) << 10n) | BigInt(bucket)
  const value =
    (BigInt(ms) << 80n) | (7n << 76n) | (randA << 64n) | (2n << 62n) | (tail & 0x3fff_ffff_ffff_ffffn)
  return toUuid(value)
}

/** The logical shard of an id. */
export function bucketOf(uuid: Uuid): number {
  return Number.parseInt(uuid.slice(15, 18), 16) & (BUCKETS - 1)
}

function toUuid(value: bigint): Uuid {
  return withDashes(value.toString(16).padStart(32, '0'))
}

function withDashes(hex: string): Uuid {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function valuesOf(digits: string): Uint8Array {
  const values = new Uint8Array(128)
  for (let i = 0; i < digits.length; i++) values[digits.charCodeAt(i)] = i
  return values
}
