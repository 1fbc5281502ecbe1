import { redisScript, type Position, type SendCommand } from '../change-log/index.ts'

/** A value in Redis, with everything that is needed to judge whether it is still right. */
export type RedisEntry = {
  readonly value: string
  /** Every facet that the value rests on. */
  readonly facets: readonly string[]
  /** For each database that the value was read from: a position from before it was read. */
  readonly places: ReadonlyMap<string, Position>
  /** Remaining time to live, in milliseconds. */
  readonly ttlMs: number
}

export type RedisFill = { readonly key: string; readonly entry: RedisEntry }

/**
 * Entries that several processes share. Redis only keeps them: each reader judges an entry by the invalidations that it
 * knows itself. So an entry may be old, or come from an old file, and Redis may lose any of its keys.
 */
export type RedisEntries = {
  /** Reads entries in one round trip. */
  read(keys: readonly string[]): Promise<(RedisEntry | null)[]>
  store(fills: readonly RedisFill[]): Promise<void>
}

/** KEYS: entries. Returns the text and the remaining milliseconds of each. */
const READ = `
local found = {}
for i = 1, #KEYS do
  local entry = redis.call('GET', KEYS[i])
  found[i] = entry and {entry, redis.call('PTTL', KEYS[i])} or {}
end
return found`

/** KEYS: entries. ARGV: for each its text and its time to live in milliseconds. */
const STORE = `for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[2 * i - 1], 'PX', ARGV[2 * i]) end`

/**
 * The names of all keys of a domain begin with it. The number is that of the format: processes of a version with another
 * format use other keys, so both can run at the same time.
 */
export const keyPrefix = (domain: string): string => `cache2:{${domain}}:`

/** @param domain name of the cache. All its keys lie in the same slot of a Redis Cluster */
export function createRedisEntries(send: SendCommand, domain: string): RedisEntries {
  if (!/^[^{}\s]+$/.test(domain)) {
    throw new TypeError(
      `A cache domain is named without braces and white space, unlike ${JSON.stringify(domain)}.`,
    )
  }
  const prefix = keyPrefix(domain)
  const [read, store] = [redisScript(send, READ), redisScript(send, STORE)]
  return {
    async read(keys) {
      const found = (await read(
        keys.map((key) => prefix + key),
        [],
      )) as unknown[]
      return keys.map((_, i) => parseEntry(found[i]))
    },
    async store(fills) {
      await store(
        fills.map(({ key }) => prefix + key),
        // Redis refuses a time of 0, and with it the other entries.
        fills.flatMap(({ entry }) => [textOf(entry), `${Math.max(1, Math.ceil(entry.ttlMs))}`]),
      )
    },
  }
}

/** Three parts with an empty line between them: the places, the facets, the value. */
function textOf({ value, facets, places }: RedisEntry): string {
  const lines = [...places].map(([database, { epoch, offset }]) => `${database} ${epoch}:${offset}`)
  return `${lines.join('\n')}\n\n${facets.join('\n')}\n\n${value}`
}

function parseEntry(reply: unknown): RedisEntry | null {
  const [text, ttlMs] = Array.isArray(reply) ? (reply as unknown[]) : []
  if (typeof text !== 'string') return null
  const first = text.indexOf('\n\n')
  const second = text.indexOf('\n\n', first + 2)
  if (first < 0 || second < 0) return null
  const places = new Map(text.slice(0, first).split('\n').map(parsePlace))
  const facets = text.slice(first + 2, second)
  return {
    value: text.slice(second + 2),
    facets: facets === '' ? [] : facets.split('\n'),
    places,
    ttlMs: Number(ttlMs),
  }
}

function parsePlace(line: string): [string, Position] {
  const [, database = '', epoch, offset] = /^(.*) (\d+):(\d+)$/.exec(line) ?? []
  return [database, { epoch: Number(epoch), offset: Number(offset) }]
}
