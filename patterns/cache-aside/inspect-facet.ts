import { redisScript, type SendCommand } from '../change-log/index.ts'
import { createRedisCache, keyPrefix } from './redis-cache.ts'

/** What the cache in Redis has of a facet. */
export type FacetInRedis = {
  incarnation: string
  /** The nonce that current entries have. Null if there is none; then no entry with the facet is current. */
  nonce: { text: string; ttlMs: number } | null
  /**
   * For each database, the offset at which the facet was invalidated last. Null if it was not since `floor`: the list of recent
   * invalidations knows nothing up to there. `floor` is null if there is no such list.
   */
  invalidated: { database: string; offset: number | null; floor: number | null }[]
  /** Number of entries that rest on the facet, and the first 100 of them. */
  found: number
  entries: EntryInRedis[]
  /** Number of entries that were looked at, and whether these were all. */
  scanned: number
  complete: boolean
}

export type EntryInRedis = {
  key: string
  bytes: number
  ttlMs: number
  /** False if one of its facets was invalidated. It is never used then, and stays until it expires. */
  current: boolean
}

export type InspectOptions = {
  send: SendCommand
  domain: string
  facet: string
  /** The databases whose events can touch the facet. */
  databases: readonly string[]
  /** Maximum number of entries that are looked at. @default 100000 */
  maxScanned?: number
}

/** Number of entries that one script looks at. Redis serves no other client meanwhile. */
const PAGE = 250
const MAX_ENTRIES = 100

/**
 * Finds what the cache in Redis has of a facet. It looks at every entry, so it is for people, not for requests.
 *
 * @returns null if the cache was never started, or has lost its data
 */
export async function inspectFacet(options: InspectOptions): Promise<FacetInRedis | null> {
  const { send, domain, facet, databases, maxScanned = 100_000 } = options
  const cache = createRedisCache({ send, domain, random: () => '' })
  const { state } = await cache.read([])
  if (!state) return null
  const { incarnation } = state
  const prefix = keyPrefix(domain)
  const nonceKey = `${prefix}${incarnation}:f:${facet}`
  const text = await send(['GET', nonceKey])
  const invalidated = databases.map(async (database) => {
    const list = `${prefix}r:${database}`
    const scoreOf = async (member: string) => numberOf(await send(['ZSCORE', list, member]))
    return { database, offset: await scoreOf(facet), floor: await scoreOf('\n') }
  })
  const start = `${prefix}${incarnation}:e:`
  const { found, scanned, complete } = await findEntries({ send, start, facet, maxScanned })
  const first = found.slice(0, MAX_ENTRIES)
  const keys = first.map(({ name }) => name.slice(start.length))
  const current = (await cache.read(keys)).entries
  return {
    incarnation,
    nonce: typeof text === 'string' ? { text, ttlMs: Number(await send(['PTTL', nonceKey])) } : null,
    invalidated: await Promise.all(invalidated),
    found: found.length,
    entries: first.map(({ bytes, ttlMs }, i) => ({
      key: keys[i] ?? '',
      bytes,
      ttlMs,
      current: current[i] != null,
    })),
    scanned,
    complete,
  }
}

/** KEYS: entries. ARGV: a facet. Returns the number, the size and the remaining milliseconds of each that rests on it. */
const MATCHING = `
local found = {}
for i = 1, #KEYS do
  local entry = redis.call('GET', KEYS[i])
  if entry then
    local first = string.find(entry, '\\n\\n', 1, true)
    local second = string.find(entry, '\\n\\n', first + 2, true)
    local facets = '\\n' .. string.sub(entry, first + 2, second - 1) .. '\\n'
    if string.find(facets, '\\n' .. ARGV[1] .. '\\n', 1, true) then
      found[#found + 1] = {i, #entry, redis.call('PTTL', KEYS[i])}
    end
  end
end
return found`

type Search = { send: SendCommand; start: string; facet: string; maxScanned: number }

async function findEntries({ send, start, facet, maxScanned }: Search) {
  const matching = redisScript(send, MATCHING)
  const seen = new Set<string>()
  const found: { name: string; bytes: number; ttlMs: number }[] = []
  let cursor = '0'
  do {
    const reply = (await send(['SCAN', cursor, 'MATCH', `${start}*`, 'COUNT', '1000'])) as [string, string[]]
    cursor = reply[0]
    // SCAN may return a key several times.
    const page = reply[1].filter((name) => !seen.has(name)).slice(0, maxScanned - seen.size)
    for (const name of page) seen.add(name)
    for (let from = 0; from < page.length; from += PAGE) {
      const names = page.slice(from, from + PAGE)
      const rows = (await matching(names, [facet])) as [number, number, number][]
      for (const [i, bytes, ttlMs] of rows) found.push({ name: names[i - 1] ?? '', bytes, ttlMs })
    }
  } while (cursor !== '0' && seen.size < maxScanned)
  return { found, scanned: seen.size, complete: cursor === '0' && seen.size < maxScanned }
}

function numberOf(reply: unknown): number | null {
  return typeof reply === 'string' ? Number(reply) : null
}
