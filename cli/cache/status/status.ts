import { readStatus } from '../../../patterns/change-log/index.ts'
import { databases } from '../../../contracts/topology.ts'
import type { Installation } from '../../log/installation.ts'
import { tryDatabase } from '../../log/open-database.ts'
import { plain } from '../../log/plain.ts'
import { needsOf } from './needs.ts'
import { readGateway } from './read-gateway.ts'
import { redisFault } from './read-redis.ts'
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
  const [reports, gateways, fault] = await Promise.all([
    Promise.all(databases.map((name) => readDatabase(installation, name))),
    Promise.all(urls.map(readGateway)),
    cacheRedisUrl === null ? null : redisFault(cacheRedisUrl),
  ])
  const redis = cacheRedisUrl === null ? null : { fault }
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
): Promise<DatabaseReport> {
  const database = await tryDatabase(installation, name)
  if (typeof database === 'string') return { database: name, log: null }
  await using _ = database
  const log = await readStatus(database.sql)
  return { database: name, log: log && { end: log.end, tickAgeMs: log.tickAgeMs } }
}

function render({ databases: reports, redis, gateways, needs }: StatusReport): string[] {
  return [
    ...reports.map(databaseLine),
    `${'redis'.padEnd(WIDTH)}${redisText(redis)}`,
    ...gateways.map(gatewayLine),
    ...needs.map((need) => `! ${need}`),
  ]
}

function databaseLine({ database, log }: DatabaseReport): string {
  const end = log ? `log at offset ${log.end.offset} of epoch ${log.end.epoch}` : 'log cannot be read'
  return `${database.padEnd(WIDTH)}${end}`
}

function redisText(redis: RedisReport | null): string {
  if (!redis) return 'not known: REDIS_URL is not set'
  return redis.fault === null ? 'responds' : 'does not respond'
}

function gatewayLine({ url, status: state, cache, fault }: GatewayReport): string {
  return `gateway ${url}: ${state === null ? `does not respond (${fault})` : `${state}; cache ${cache}`}`
}
