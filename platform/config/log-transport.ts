import { ConfigError, type Config } from './read-config.ts'

/** How change logs reach other processes: only by the feed of each service, or also by Redis at `url`. */
export type ChosenTransport = { kind: 'feed' } | { kind: 'redis'; url: string }

/** @throws ConfigError if Redis is chosen and its URL is missing */
export function chosenTransport({
  LOG_TRANSPORT: kind,
  REDIS_URL: url,
}: Config<'LOG_TRANSPORT' | 'REDIS_URL'>): ChosenTransport {
  if (kind === 'feed' || (kind === undefined && url === undefined)) return { kind: 'feed' }
  if (url !== undefined) return { kind: 'redis', url }
  throw new ConfigError(
    'LOG_TRANSPORT="redis": REDIS_URL is missing. Give its address, or LOG_TRANSPORT=feed.',
  )
}
