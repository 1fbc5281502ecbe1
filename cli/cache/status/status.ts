import { readLag, readStatus } from '../../../patterns/change-log/index.ts'
import { databases } from '../../../contracts/topology.ts'
import type { Installation } from '../../log/installation.ts'
import { tryDatabase } from '../../log/open-database.ts'
import { count, duration, plain } from '../../log/plain.ts'
import { needsOf } from './needs.ts'
import { readGateway } from './read-gateway.ts'
import { readCacheInRedis, type CacheInRedis } from './read-redis.ts'
import type { DatabaseReport, GatewayReport, RedisReport, StatusReport } from './report.ts'

/** Width of the first column, in characters. */
const WIDTH = 10

/** Prints the state of the cache, even if some parts do not respond. @returns whether nothing needs attention */
export async function status(
  installation: Installation,
  { urls, json }: { urls: readonly string[]; json: boolean },
  print: (line: string) => void,
): Promise<boolean> {
  const { cacheRedisUrl } = installation
  // Redis first, so that it cannot be ahead of a log that was read before.
  const inRedis = cacheRedisUrl === null ? null : await readCacheInRedis(cacheRedisUrl)
  const [reports, gateways] = await Promise.all([
    Promise.all(databases.map((name) => readDatabase(installation, name, inRedis))),
    Promise.all(urls.map(readGateway)),
  ])
  const redis = inRedis && { incarnation: inRedis.state?.incarnation ?? null, fault: inRedis.fault }
  const facts = { databases: reports, redis, gateways }
  const report: StatusReport = { ...facts, needs: needsOf(facts) }
  const ok = report.needs.length === 0
  if (json) print(JSON.stringify({ ok, ...report }, null, 2))
  else for (const line of render(report)) print(plain(line))
  return ok
}

async function readDatabase(
  installation: Installation,
  name: DatabaseReport['database'],
  inRedis: CacheInRedis | null,
): Promise<DatabaseReport> {
  const database = await tryDatabase(installation, name)
  const nothing = { database: name, log: null, redis: null }
  if (typeof database === 'string') return nothing
  await using _ = database
  const log = await readStatus(database.sql)
  if (!log) return nothing
  const at = inRedis?.state?.positions.get(name)
  const position = at && { epoch: at.epoch, offset: at.offset }
  return {
    database: name,
    log: { end: log.end, tickAgeMs: log.tickAgeMs },
    redis: position ? { position, lag: await readLag(database.sql, position) } : null,
  }
}

function render({ databases: reports, redis, gateways, needs }: StatusReport): string[] {
  return [
    ...reports.map(databaseLine),
    `${'redis'.padEnd(WIDTH)}${redisText(redis)}`,
    ...gateways.map(gatewayLine),
    ...needs.map((need) => `! ${need}`),
  ]
}

function databaseLine({ database, log, redis }: DatabaseReport): string {
  const end = log ? `log at offset ${log.end.offset} of epoch ${log.end.epoch}` : 'log cannot be read'
  const behind = redis?.lag
    ? `${count(redis.lag.records, 'record')}, ${duration(redis.lag.ms)} behind`
    : redis && `at offset ${redis.position.offset} of epoch ${redis.position.epoch}`
  return `${database.padEnd(WIDTH)}${end}${behind ? `; cache in Redis ${behind}` : ''}`
}

function redisText(redis: RedisReport | null): string {
  if (!redis) return 'not known: REDIS_URL is not set'
  if (redis.fault !== null) return 'does not respond'
  return redis.incarnation === null ? 'no cache was started' : `incarnation ${redis.incarnation}`
}

function gatewayLine({ url, status: state, cache, fault }: GatewayReport): string {
  return `gateway ${url}: ${state === null ? `does not respond (${fault})` : `${state}; cache ${cache}`}`
}
