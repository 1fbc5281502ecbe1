import type { PlantName } from '../loader/plants.ts'
import {
  changedBeforeFill,
  changedBeforeRedisFill,
  changedInFlight,
  mentionedUserRenamed,
  nestedChanged,
  oldPage,
  positionLost,
  redisBehind,
  requiredFieldChanged,
  serviceAway,
  tokenBeforeLog,
  twoViewers,
  type CacheCheckerName,
  type CacheScenario,
} from './cache-scenarios.ts'

/** A known bug of caches, the moment in which it shows, and the checker that must find it. */
export type CacheBug = {
  plant: PlantName
  /** In words, for the table. */
  bug: string
  checker: CacheCheckerName
  scenario: CacheScenario
  /** Whether the bug is in a service, not in a gateway. */
  inService?: boolean
  /** Whether the gateways share a Redis. */
  throughRedis?: boolean
  /** @default 1 */
  gateways?: number
}

export const CACHE_BUGS: readonly CacheBug[] = [
  {
    plant: 'fill-unfenced',
    bug: 'fill without fencing',
    checker: 'own writes are read',
    scenario: changedBeforeFill,
  },
  {
    plant: 'fresh-by-arrival',
    bug: 'freshness by arrival',
    checker: 'no stale cache read',
    scenario: oldPage,
  },
  {
    plant: 'token-ignored',
    bug: 'token ignored by the memory',
    checker: 'own writes are read',
    scenario: tokenBeforeLog,
  },
  {
    plant: 'private-for-all',
    bug: 'private data stored for all',
    checker: 'private data only for its viewer',
    scenario: twoViewers,
  },
  {
    plant: 'error-stored',
    bug: 'error stored',
    checker: 'in the end, a cached response equals an uncached one',
    scenario: serviceAway,
  },
  {
    plant: 'nested-facet-missing',
    bug: 'parent entry not listing a nested facet',
    checker: 'in the end, a cached response equals an uncached one',
    scenario: nestedChanged,
  },
  {
    plant: 'copy-untouched',
    bug: 'a copy that does not touch',
    checker: 'in the end, a cached response equals an uncached one',
    scenario: mentionedUserRenamed,
    inService: true,
  },
  {
    plant: 'flight-joined',
    bug: 'flight joined by a reader with a token',
    checker: 'own writes are read',
    scenario: changedInFlight,
  },
  {
    plant: 'redis-fill-unfenced',
    bug: 'fill of Redis with the positions at its end',
    checker: 'own writes are read',
    scenario: changedBeforeRedisFill,
    throughRedis: true,
    gateways: 2,
  },
  {
    plant: 'behind-taken',
    bug: 'memory ahead taking a value of Redis from before',
    checker: 'own writes are read',
    scenario: redisBehind,
    throughRedis: true,
  },
  {
    plant: 'position-at-top',
    bug: 'position set anew to the top of the log',
    checker: 'own writes are read',
    scenario: positionLost,
    throughRedis: true,
  },
  {
    plant: 'required-fields-ignored',
    bug: '`@requires` field missing from the key',
    checker: 'in the end, a cached response equals an uncached one',
    scenario: requiredFieldChanged,
    gateways: 0,
  },
]
