import { redisScript, type SendCommand } from '../change-log/index.ts'
import type { Places } from './position.ts'
import { createRedisEntries, keyPrefix } from './redis-entries.ts'

/** What the cache in Redis has of a facet. */
export type FacetInRedis = {
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
  /** From before the value was read. */
  places: Places
}

export type InspectOptions = {
  send: SendCommand
  domain: string
  facet: string
  /** Maximum number of entries that are looked at. @default 100000 */
  maxScanned?: number
}

/** Number of entries that one script looks at. Redis serves no other client meanwhile. */
const PAGE = 250
const MAX_ENTRIES = 100

/** Finds the entries in Redis that rest on a facet. It looks at every entry, so it is for people, not for requests. */
export async function inspectFacet(options: InspectOptions): Promise<FacetInRedis> {
  const { send, domain, facet, maxScanned = 100_000 } = options
  const start = keyPrefix(domain)
  const { found, scanned, complete } = await findEntries({ send, start, facet, maxScanned })
  const first = found.slice(0, MAX_ENTRIES)
  const keys = first.map(({ name }) => name.slice(start.length))
  const read = keys.length > 0 ? await createRedisEntries(send, domain).read(keys) : []
  const entries = first.map(({ bytes, ttlMs }, i) => ({
    key: keys[i] ?? '',
    bytes,
    ttlMs,
    places: read[i]?.places ?? new Map(),
  }))
  return { found: found.length, entries, scanned, complete }
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
