export { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts'
export { followLogs, type CacheLog, type FollowLogsOptions, type LogFollower } from './follow-logs.ts'
export type { Accepts, CachePosition, Places, Positions } from './position.ts'
export {
  createMemoryCache,
  type Entry,
  type FillEnd,
  type MemoryCache,
  type MemoryCacheOptions,
} from './memory-cache.ts'
export {
  createRedisEntries,
  keyPrefix,
  type RedisEntries,
  type RedisEntry,
  type RedisFill,
} from './redis-entries.ts'
export {
  createRedisLevel,
  type RedisFillEnd,
  type RedisLevel,
  type RedisLevelOptions,
} from './redis-level.ts'
export {
  createTwoLevels,
  type CacheValue,
  type Found,
  type TwoLevels,
  type TwoLevelsOptions,
} from './two-levels.ts'
export { inspectFacet, type EntryInRedis, type FacetInRedis, type InspectOptions } from './inspect-facet.ts'
