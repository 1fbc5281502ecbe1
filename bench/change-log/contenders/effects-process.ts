import { Client } from 'pg'
import {
  consume,
  feedReader,
  healingReader,
  preparedSql,
  streamReader,
  type EventRecord,
  type Handler,
} from '../../../patterns/change-log/index.ts'
import { systemClock } from '../../../platform/clock.ts'
import { internalGet } from '../../../platform/http/internal-get.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { transactOf } from '../flow.ts'
import { UPSERT } from '../system/effects.ts'

/**
 * A consumer of users' log, in a process of its own: writes profiles to another database. Arguments of the process: the
 * addresses of that, of Redis and of the feed, and the secret for the feed. It sends `ready` to its parent.
 */
const [databaseUrl = '', redisUrl = '', feedUrl = '', secret = ''] = process.argv.slice(2)

const handler: Handler = {
  versions: { 'user.updated': 1 },
  async apply(tx, events: readonly EventRecord[]) {
    // Of a user changed twice in a batch, the last one: a statement may touch a row once.
    const last = new Map<string, Profile>()
    for (const { payload } of events) last.set((payload as Profile).userId, payload as Profile)
    const profiles = [...last.values()]
    await tx(
      UPSERT,
      profiles.map(({ userId }) => userId),
      profiles.map(({ name }) => name),
      profiles.map(({ version }) => version),
    )
  },
}
type Profile = { userId: string; name: string; version: number }

const stop = new AbortController()
process.once('SIGTERM', () => stop.abort())
process.once('disconnect', () => process.exit())
const connect = async () => {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  return { client, sql: preparedSql(client) }
}
const [working, watching] = [await connect(), await connect()]
const redis = await dialRedis(redisUrl)
const feed = feedReader(feedUrl, internalGet({ secret, audience: 'users', clock: systemClock }))
process.send?.('ready')
const end = await consume(
  {
    name: { consumer: 'effects', source: 'users' },
    reader: healingReader(streamReader(redis.send, 'log:users'), feed, () => {}),
    sql: watching.sql,
    transact: transactOf({ ...working, pid: 0 }),
    handler,
    report: (_, message) => console.error(`consumer: ${message}`),
  },
  stop.signal,
)
if (end !== 'stopped') console.error(`consumer: ended as ${end}`)
await redis[Symbol.asyncDispose]()
await working.client.end()
await watching.client.end()
process.exit()
