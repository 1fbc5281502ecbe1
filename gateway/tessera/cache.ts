import { services, topology, type Service } from '../../contracts/topology.ts'
import { redisTransport } from '../../patterns/change-log/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { chosenTransport } from '../../platform/config/log-transport.ts'
import type { Log } from '../../platform/log.ts'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { connectRedis } from '../../platform/redis/connect.ts'
import { explainFault } from '../../platform/redis/faults.ts'
import { evictionFault } from '../cache/eviction-policy.ts'
import { openCache, type OpenCache } from '../cache/open-cache.ts'
import type { Writes } from '../subgraph-client/coalesce.ts'
import { internalGet } from '../subgraph-client/get-internal.ts'
import type { Transport } from '../subgraph-client/transport.ts'
import type { GatewayConfig } from './config.ts'

type Surroundings = { config: GatewayConfig; clock: Clock; log: Log; transport: Transport; writes: Writes }

/**
 * The cache, if it is switched on.
 *
 * @throws UserFacingError if Redis may evict what the cache needs
 */
export async function startCache(
  urls: Readonly<Record<Service, string>>,
  { config, clock, log, transport, writes }: Surroundings,
  opened: AsyncDisposableStack,
): Promise<OpenCache | null> {
  if (config.CACHE === 'off') return null
  const { INTERNAL_SECRET: secret, SUBGRAPH_TIMEOUT_MS: timeoutMs } = config
  const chosen = chosenTransport(config)
  const url = config.CACHE === 'on' ? config.REDIS_URL : undefined
  if (url !== undefined) await checkEviction(url, log)
  return opened.use(
    openCache({
      subgraphs: new Map(services.map((name) => [name, { url: urls[name], ...topology[name] }])),
      get: internalGet({ transport, secret, clock, timeoutMs }),
      // A connection for each log, because a read waits inside Redis. It is optional: the feed has the whole log.
      transportOf: (database) =>
        chosen.kind === 'redis'
          ? redisTransport(opened.use(connectRedis(chosen.url, () => {})).send).reader(database)
          : null,
      redis:
        url === undefined
          ? null
          : opened.use(connectRedis(url, (level, text) => log[level](`the cache: ${text}`))),
      writes,
      log,
    }),
  )
}

/** Redis that is down now may have any policy: it is checked by whoever starts it. */
async function checkEviction(url: string, log: Log): Promise<void> {
  const fault = await evictionFault(url).catch((error: unknown) => {
    log.warn(`the cache starts without Redis: ${explainFault(error).text}`)
    return null
  })
  if (fault !== null) throw new UserFacingError(fault)
}
