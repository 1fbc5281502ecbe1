import {
  appliedAt,
  type ControlRecord,
  type LogRecord,
  type Position,
  redisScript,
  type SendCommand,
} from '../change-log/index.ts'
import type { CachePosition, Positions } from './position.ts'
import { APPLY, FILL, READ, START } from './redis-scripts.ts'

export type RedisEntry = {
  readonly value: string
  /** Every facet that the value rests on. */
  readonly facets: readonly string[]
  /** Names of the databases that the value was read from. */
  readonly databases: readonly string[]
  /** Remaining time to live, in milliseconds. */
  readonly ttlMs: number
}

/**
 * State of the cache. `store` needs the state from before the value was read. As long as nothing changes, each read
 * returns the same object.
 */
export type RedisState = { readonly incarnation: string; readonly positions: Positions }

/** `at` has the positions from before the value was read, at least of the databases of the entry. */
export type RedisFill = { key: string; entry: RedisEntry; at: ReadonlyMap<string, Position> }

/**
 * - `stored`
 * - `too large`: the value has more than 262,144 characters, or rests on more than 1,000 facets
 * - `unknown position`: the cache was started anew since the value was read, or it was read from another epoch of a log
 * - `too old`: a facet of the value may have been invalidated since it was read
 */
export type RedisFillEnd = 'stored' | 'too large' | 'unknown position' | 'too old'

export type RedisCacheOptions = {
  send: SendCommand
  /** Name of the service whose responses are cached. */
  domain: string
  /** Maximum number of recent invalidations that are remembered for each database. @default 100000 */
  maxRecent?: number
  /** Returns a random text that was never used before. */
  random: () => string
}

/**
 * The part of the cache that all gateways share, in Redis. Each operation is one script, so it sees and leaves a
 * consistent state. Its position is stored beside its entries. If Redis loses its data, or gets an old file, entries and position are
 * lost or old together.
 */
export type RedisCache = {
  /**
   * Reads entries in one round trip. `state` is null if the cache was never started, or has lost its data. Then there is no
   * entry, and nothing can be filled.
   */
  read(keys: readonly string[]): Promise<{ state: RedisState | null; entries: (RedisEntry | null)[] }>
  /** @param incarnation from before the values were read */
  store(fills: readonly RedisFill[], incarnation: string): Promise<RedisFillEnd[]>
  /**
   * Applies the next records of a log, in order, if the cache is at `from`. Several gateways may do so at the same time.
   *
   * @returns false if the cache is elsewhere: another gateway was faster, or Redis has lost or restored data. Read the
   *   position again
   */
  apply(database: string, from: Position, records: readonly LogRecord[]): Promise<boolean>
  /**
   * Drops everything, and starts at these positions, unless another gateway was faster.
   *
   * @param expected the incarnation to replace. Null if there is none
   */
  start(expected: string | null, positions: ReadonlyMap<string, Position>): Promise<void>
}

/** Redis serves no other client while a script runs. An event with more facets touches the whole database. */
const MAX_FACETS = 2_000
/** Of one entry: Lua's `unpack` has a limit. */
const MAX_ENTRY_FACETS = 1_000
/** Other readers on the connection wait while a value is sent, and readers do not wait long. Characters. */
const MAX_VALUE = 262_144

/**
 * The names of all keys of a domain begin with it. The number is that of the format: processes of a version with another format use other
 * keys, so both can run at the same time.
 */
export const keyPrefix = (domain: string): string => `cache1:{${domain}}:`

export function createRedisCache({
  send,
  domain,
  random,
  maxRecent = 100_000,
}: RedisCacheOptions): RedisCache {
  if (!/^[^{}\s]+$/.test(domain)) {
    throw new TypeError(
      `A cache domain is named without braces and white space, unlike ${JSON.stringify(domain)}.`,
    )
  }
  const at = `${keyPrefix(domain)}at`
  const [read, fill, apply, start] = [READ, FILL, APPLY, START].map((text) => {
    const run = redisScript(send, text)
    return async (args: readonly string[]) => run([at], args)
  }) as [Run, Run, Run, Run]

  let last: { text: string; state: RedisState | null } = { text: '', state: null }

  function stateOf(fields: readonly string[]): RedisState | null {
    const text = fields.join('\n')
    if (text !== last.text) last = { text, state: parseState(fields) }
    return last.state
  }

  return {
    async read(keys) {
      const [fields, ...found] = list(await read(keys))
      return { state: stateOf(list(fields).map(String)), entries: keys.map((_, i) => parseEntry(found[i])) }
    },
    async store(fills, incarnation) {
      const ends = fills.map(({ entry }) => (isTooLarge(entry) ? 'too large' : null))
      const stored = fills.filter((_, i) => ends[i] === null)
      if (stored.length === 0) return ends.map((end) => end ?? 'stored')
      const replies = list(await fill([incarnation, random(), ...stored.flatMap(argumentsOf)]))
      return ends.map((end) => end ?? parseEnd(replies.shift()))
    },
    async apply(database, from, records) {
      let { offset } = from
      for (const batch of batches(records)) {
        const first = batch[0]?.offset
        if (first !== offset + 1) {
          throw new RangeError(`Offset ${first} does not follow offset ${offset} in the log of ${database}.`)
        }
        const to = offset + batch.length
        const control = batch.findLast((record) => record.kind === 'control')
        const touched = touchesOf(batch)
        const all = touched === 'all'
        const facets = all ? [] : touched.flatMap((touch) => [touch.facet, `${touch.offset}`])
        const reply = await apply([
          database,
          `${from.epoch}`,
          `${offset}`,
          `${to}`,
          control ? JSON.stringify(control) : '',
          `${maxRecent}`,
          all ? 'all' : '',
          ...facets,
        ])
        if (reply !== 'applied') return false
        offset = to
      }
      return true
    },
    async start(expected, positions) {
      const places = [...positions].flatMap(([name, { epoch, offset }]) => [name, `${epoch}`, `${offset}`])
      await start([expected ?? '', random(), ...places])
    },
  }
}

type Run = (args: readonly string[]) => Promise<unknown>

/** Splits records so that each part has few facets, and an event that touches the whole database ends its part. */
function* batches(records: readonly LogRecord[]): Generator<readonly LogRecord[]> {
  let batch: LogRecord[] = []
  let facets = 0
  for (const record of records) {
    batch.push(record)
    if (record.kind === 'control') continue
    facets += record.touches?.length ?? 0
    if (record.touches !== null && facets < MAX_FACETS) continue
    yield batch
    batch = []
    facets = 0
  }
  if (batch.length > 0) yield batch
}

/** A facet can be in the list several times. */
function isTooLarge({ value, facets }: RedisEntry): boolean {
  if (value.length > MAX_VALUE) return true
  return facets.length > MAX_ENTRY_FACETS && new Set(facets).size > MAX_ENTRY_FACETS
}

/** The arguments of the script for one entry. */
function argumentsOf({ key, entry: { value, facets, databases, ttlMs }, at }: RedisFill): string[] {
  const places = databases.map((name) => {
    const { epoch, offset } = at.get(name) ?? { epoch: 0, offset: 0 }
    return `${epoch}:${offset}`
  })
  // Redis refuses a time of 0, and with it the other entries.
  const ttl = `${Math.max(1, Math.ceil(ttlMs))}`
  return [key, ttl, value, linesOf(databases), places.join('\n'), linesOf(new Set(facets))]
}

function linesOf(names: Iterable<string>): string {
  const all = [...names]
  const text = all.join('\n')
  if (text.split('\n').length === Math.max(1, all.length)) return text
  throw new RangeError(`A name of a facet has no line breaks, unlike one of ${JSON.stringify(all)}.`)
}

/** The facets of the events with the offset of their last event, or `all` if an event touches the whole database. */
function touchesOf(records: readonly LogRecord[]): { facet: string; offset: number }[] | 'all' {
  const offsets = new Map<string, number>()
  for (const record of records) {
    if (record.kind === 'control') continue
    const { touches, offset } = record
    if (touches === null || touches.length > MAX_FACETS || touches.some((facet) => facet.includes('\n')))
      return 'all'
    for (const facet of touches) offsets.set(facet, offset)
  }
  return [...offsets].map(([facet, offset]) => ({ facet, offset }))
}

function parseState(fields: readonly string[]): RedisState | null {
  const texts = new Map<string, string>()
  for (let i = 0; i + 1 < fields.length; i += 2) texts.set(fields[i] ?? '', fields[i + 1] ?? '')
  const incarnation = texts.get('incarnation')
  if (incarnation === undefined) return null
  const positions = new Map<string, CachePosition>()
  for (const [field, text] of texts) {
    if (!field.startsWith('p:')) continue
    const database = field.slice(2)
    const [epoch = Number.NaN, offset = Number.NaN] = text.split(':').map(Number)
    const control = texts.get(`t:${database}`)
    const { tick, time } = control === undefined ? { tick: null, time: 0 } : parseControl(epoch, control)
    positions.set(database, { epoch, offset, tick, time })
  }
  return { incarnation, positions }
}

function parseControl(epoch: number, text: string): Pick<CachePosition, 'tick' | 'time'> {
  const control = JSON.parse(text) as ControlRecord
  return { tick: appliedAt(epoch, control), time: control.time }
}

function parseEntry(reply: unknown): RedisEntry | null {
  const [databases, facets, value, ttlMs] = list(reply ?? [])
  if (typeof databases !== 'string' || typeof facets !== 'string' || typeof value !== 'string') return null
  return { value, databases: namesIn(databases), facets: namesIn(facets), ttlMs: Number(ttlMs) }
}

const namesIn = (lines: string) => (lines === '' ? [] : lines.split('\n'))

function parseEnd(end: unknown): RedisFillEnd {
  if (end === 'stored' || end === 'unknown position' || end === 'too old') return end
  throw new TypeError(`not a reply of the script: ${JSON.stringify(end)}`)
}

function list(value: unknown): unknown[] {
  if (Array.isArray(value)) return value
  throw new TypeError(`not a reply of the script: ${JSON.stringify(value)}`)
}
