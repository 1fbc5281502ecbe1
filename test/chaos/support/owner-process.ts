import { bumpEpoch } from '../../../patterns/change-log/owner/epoch.ts'
import { streamPublisher } from '../../../patterns/change-log/transports/redis/publisher.ts'
import { startRelay } from '../../../patterns/change-log/owner/relay.ts'
import { retain } from '../../../patterns/change-log/owner/retention.ts'
import { createSignal } from '../../../patterns/change-log/signal.ts'
import type { Publisher } from '../../../patterns/change-log/transports/transport.ts'
import { serveCommands } from './commands.ts'
import { change } from './operation.ts'
import { connectRedis } from './redis.ts'
import { connect, sqlOf, transactOf } from './sessions.ts'

/** A service that owns a database, with its relay, retention and commands. */
export type OwnerArgument = { database: string; stream: StreamAddress | null }

export type StreamAddress = { url: string; key: string }

const { database, stream } = JSON.parse(process.argv[2] ?? '') as OwnerArgument

async function publisherTo({ url, key }: StreamAddress): Promise<Publisher> {
  const send = await connectRedis(url)
  return streamPublisher({ send, key })
}

const written = createSignal()

const relay = startRelay({
  connect: () => connect(database),
  written,
  ticked: createSignal(),
  publishers: stream ? [await publisherTo(stream)] : [],
  report: (level, message) => void process.stderr.write(`${level}: ${message}\n`),
  clock: () => performance.now(),
  heartbeatMs: 100,
  pollMs: 5,
  takeoverMs: 300,
  retryMs: 20,
})

/** One connection per command. */
async function withConnection<Result>(
  run: (client: Awaited<ReturnType<typeof connect>>) => Promise<Result>,
): Promise<Result> {
  const client = await connect(database)
  try {
    return await run(client)
  } finally {
    await client.end()
  }
}

serveCommands({
  state: () => Promise.resolve(relay.state),
  /** A command that changes a key. If `fails`, its last step fails. */
  change: ({ operation, key, fails }: { operation: string; key: string; fails: boolean }) =>
    withConnection(async (client) => {
      const xid = await transactOf(client)(async (tx) => {
        const own = await change(tx, operation, key)
        if (fails) await tx('select 1 / 0')
        return own
      })
      written.raise()
      return xid
    }),
  retain: () => withConnection((client) => retain(sqlOf(client), { minAgeMs: 0, maxAgeMs: 3_600_000 })),
  bump: () => withConnection((client) => bumpEpoch(sqlOf(client))),
})
