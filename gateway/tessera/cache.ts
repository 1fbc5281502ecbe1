import type { Service } from '../../contracts/topology.ts'
import { redisTransport } from '../../patterns/change-log/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { chosenTransport } from '../../platform/config/log-transport.ts'
import type { Log } from '../../platform/log.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import { openCache, type OpenCache } from '../cache/open-cache.ts'
import type { Writes } from '../subgraph-client/coalesce.ts'
import { internalGet } from '../subgraph-client/get-internal.ts'
import type { Transport } from '../subgraph-client/transport.ts'
import type { GatewayConfig } from './config.ts'

type Surroundings = { config: GatewayConfig; clock: Clock; log: Log; transport: Transport; writes: Writes }

/** The cache of responses, if it is switched on. */
export function startCache(
  urls: Readonly<Record<Service, string>>,
  { config, clock, log, transport, writes }: Surroundings,
  opened: AsyncDisposableStack,
): OpenCache | null {
  if (config.CACHE === 'off') return null
  const { INTERNAL_SECRET: secret, SUBGRAPH_TIMEOUT_MS: timeoutMs } = config
  const chosen = chosenTransport(config)
  return opened.use(
    openCache({
      urls,
      get: internalGet({ transport, secret, clock, timeoutMs }),
      // A connection for each log, because a read waits inside Redis. It is optional: the feed has the whole log.
      transportOf: (database) =>
        chosen.kind === 'redis'
          ? redisTransport(opened.use(connectRedis(chosen.url, () => {})).send).reader(database)
          : null,
      writes,
      log,
    }),
  )
}
