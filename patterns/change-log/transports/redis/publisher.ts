import type { Position } from '../../position.ts'
import type { Publisher } from '../transport.ts'
import { FIELD, parseEntries, type SendCommand } from './command.ts'

export type StreamOptions = {
  send: SendCommand
  /** Key of the stream. Each database has its own. */
  key: string
  /** Approximate number of records that the stream keeps. Readers get older ones from the feed. @default 100000 */
  keep?: number
}

/** Copies the log to a Redis stream. The ids of its entries are `<epoch>-<offset>`. */
export function streamPublisher({ send, key, keep = 100_000 }: StreamOptions): Publisher {
  return {
    name: `the Redis stream ${key}`,
    async top() {
      const [entry] = parseEntries(await send(['XREVRANGE', key, '+', '-', 'COUNT', '1']))
      return entry ? { epoch: entry.epoch, offset: entry.offset } : null
    },
    async append(epoch, records) {
      const texts = records.map(({ text }) => text)
      const first = String(records[0]?.offset)
      return parseId(await send(['EVAL', APPEND, '1', key, String(epoch), first, String(keep), ...texts]))
    },
    async reset() {
      await send(['XTRIM', key, 'MAXLEN', '0'])
    },
  }
}

function parseId(id: unknown): Position {
  const [epoch, offset] = String(id).split('-').map(Number)
  if (epoch === undefined || offset === undefined)
    throw new TypeError(`not the id of an entry: ${String(id)}`)
  return { epoch, offset }
}

/**
 * Redis runs no other command between reading the top and adding the entries, and it refuses an id that is not above all
 * earlier ids. So no relay, however late, can leave a gap or write a second version of a record. Returns the id of the top.
 */
const APPEND = `
local top = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local epoch, first = tonumber(ARGV[1]), tonumber(ARGV[2])
if top then
  local e, o = string.match(top[1], '^(%d+)-(%d+)$')
  if tonumber(e) > epoch or (tonumber(e) == epoch and tonumber(o) ~= first - 1) then return top[1] end
end
local id
for i = 4, #ARGV do
  id = string.format('%.0f-%.0f', epoch, first + i - 4)
  redis.call('XADD', KEYS[1], id, '${FIELD}', ARGV[i])
end
redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', ARGV[3])
return id`
