export { createDoorkeeper, type Doorkeeper } from './doorkeeper.ts'
export { followLogs, type CacheLog, type FollowLogsOptions, type LogFollower } from './follow-logs.ts'
export type { Accepts, CachePosition, Positions } from './position.ts'
export {
  createMemoryCache,
  type Entry,
  type FillEnd,
  type MemoryCache,
  type MemoryCacheOptions,
} from './memory-cache.ts'
export {
  createRedisCache,
  type RedisCache,
  type RedisCacheOptions,
  type RedisEntry,
  type RedisFill,
  type RedisFillEnd,
  type RedisState,
} from './redis-cache.ts'
export { createRedisLevel, type RedisLevel, type RedisLevelOptions } from './redis-level.ts'
export {
  createTwoLevels,
  type CacheValue,
  type Found,
  type LookUp,
  type ReadAt,
  type TwoLevels,
  type TwoLevelsOptions,
} from './two-levels.ts'
export { inspectFacet, type EntryInRedis, type FacetInRedis, type InspectOptions } from './inspect-facet.ts'
