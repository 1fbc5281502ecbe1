import { redisTransport, type Position } from '../../patterns/change-log/index.ts'
import { dialRedis } from '../../platform/redis/client.ts'

/** Arguments of this process: the URL of Redis, and the position in the log of users from which it is followed, as JSON. */
const [redisUrl = '', from = ''] = process.argv.slice(2)
const WAIT_MS = 500

const redis = await dialRedis(redisUrl)
const reader = redisTransport(redis.send).reader('users')
/** When each version of a user arrived, in milliseconds since 1970: pairs of the key and the time. */
const arrivals: [key: string, at: number][] = []
let at = JSON.parse(from) as Position

process.on('message', () => process.send?.(arrivals))
process.once('disconnect', () => process.exit(0))
process.send?.('ready')
for (;;) {
  const page = await reader.read(at, 1_000, WAIT_MS)
  if (page.kind !== 'records') throw new Error(`the log of users is ${page.kind}`)
  const now = performance.timeOrigin + performance.now()
  for (const record of page.records) {
    at = { ...at, offset: record.offset }
    if (record.kind !== 'event' || record.type !== 'user.updated') continue
    const { userId, version } = record.payload as { userId: string; version: number }
    arrivals.push([`${userId} ${version}`, now])
  }
}
