import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { services, type Service } from '../../../contracts/topology.ts'
import type { DatabaseUrls } from '../../../local/system/databases.ts'
import {
  feedReader,
  runConsumer,
  serveExport,
  streamKey,
  streamReader,
  type LogReader,
} from '../../../patterns/change-log/index.ts'
import { systemClock } from '../../../platform/clock.ts'
import { internalGet, internalPost } from '../../../platform/http/internal-get.ts'
import { runServer } from '../../../platform/lifecycle.ts'
import { createLog } from '../../../platform/log.ts'
import { dedicatedConnection } from '../../../platform/postgres/dedicated-connection.ts'
import { openLongTransactions } from '../../../platform/postgres/long-transactions.ts'
import { connectRedis } from '../../../platform/redis/connect.ts'
import { copyOf, EXPORTS } from '../copies/exports.ts'
import { copyHandler } from '../copies/handlers.ts'
import { operationOf, turnOf } from '../copies/operation-of.ts'

/** Follows the logs of all services, each with its own copy and database. All URLs can be those of proxies. */
export type CopierArgument = {
  copyUrls: DatabaseUrls
  ownerUrls: DatabaseUrls
  feeds: DatabaseUrls
  redisUrl: string
  secret: string
  /** File in which it records each page before it applies any of it. */
  seenFolder: string
}

const argument = JSON.parse(process.argv[2] ?? '') as CopierArgument
const log = createLog('copier', { LOG_LEVEL: 'info' })

/** For each page that will be applied, because it follows the previous one. */
function noting(service: Service, reader: LogReader): LogReader {
  const file = join(argument.seenFolder, `${service}-${process.pid}.jsonl`)
  return {
    async read(after, limit, waitMs, stop) {
      const page = await reader.read(after, limit, waitMs, stop)
      if (page.kind !== 'records' || page.records[0]?.offset !== after.offset + 1) return page
      const seen = page.records.map((record) => ({
        epoch: after.epoch,
        offset: record.offset,
        event:
          record.kind === 'event'
            ? { operation: operationOf(record), key: record.key, turn: turnOf(record) }
            : null,
      }))
      // A kill may leave an incomplete line, so begin a new one.
      appendFileSync(file, `\n${JSON.stringify(seen)}`)
      return page
    },
  }
}

function follow(service: Service, stack: AsyncDisposableStack): void {
  const { copyUrls, ownerUrls, feeds, redisUrl, secret } = argument
  const database = stack.use(openLongTransactions(copyUrls[service], `copy of ${service}`, log))
  const redis = stack.use(connectRedis(redisUrl, () => {}))
  const asking = { secret, audience: service, clock: systemClock }
  const [get, post] = [internalGet(asking), internalPost(asking)]
  const connect = () => dedicatedConnection(ownerUrls[service], `copy of ${service}, its export`, log)
  stack.use(
    runConsumer({
      name: { consumer: 'chaos.copy', source: service },
      feed: noting(service, feedReader(new URL('/log', feeds[service]).href, get)),
      transport: noting(
        service,
        streamReader((args) => redis.send(args), streamKey(service)),
      ),
      openExport: (stop) => serveExport({ connect, query: EXPORTS[service] }, stop),
      reportPosition: async (position, stop) => {
        const body = JSON.stringify({ consumer: 'chaos.copy', ...position })
        await post(new URL('/log/consumers', feeds[service]).href, body, stop)
      },
      ...database,
      handler: copyHandler(service),
      copy: copyOf(service),
      report: (level, message) => log[level](message),
      clock: () => performance.now(),
    }),
  )
}

await runServer(async () => {
  const stack = new AsyncDisposableStack()
  for (const service of services) follow(service, stack)
  return stack
})
