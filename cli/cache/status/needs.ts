import { serviceOf } from '../../../contracts/topology.ts'
import { LATE_MS } from '../../log/status/report.ts'
import { count, duration } from '../../log/plain.ts'
import type { DatabaseReport, GatewayReport, StatusReport } from './report.ts'

/** What the cache requires from an operator, one or two sentences each. */
export function needsOf({ databases, redis, gateways }: Omit<StatusReport, 'needs'>): string[] {
  return [
    ...(redis?.fault ? [`${redis.fault} Until this is fixed, gateways cache only in memory.`] : []),
    ...databases.flatMap(needsOfDatabase),
    ...gateways.flatMap(needsOfGateway),
  ]
}

function needsOfDatabase({ database, log, redis }: DatabaseReport): string[] {
  if (!log || log.tickAgeMs >= LATE_MS) {
    return [
      `The log of ${database} does not move, so nothing that was read from ${database} is served from caches. \
See: npm run log -- status.`,
    ]
  }
  if (!redis) return []
  const gateway = 'Does a gateway with CACHE=on run? Its /readyz says more.'
  if (!redis.lag) {
    return [
      `The cache in Redis is in epoch ${redis.position.epoch} of the log of ${database}, which is over. ${gateway}`,
    ]
  }
  if (redis.lag.records < 0) {
    return [
      `The cache in Redis is at offset ${redis.position.offset} of ${database}, which the log does not have. Either the \
database of ${serviceOf(database)} has lost commits, or another installation uses the same Redis. See: npm run log -- status.`,
    ]
  }
  if (redis.lag.ms < LATE_MS) return []
  const behind = `${duration(redis.lag.ms)} behind the log of ${database}, ${count(redis.lag.records, 'record')}`
  return [`The cache in Redis is ${behind}. ${gateway}`]
}

function needsOfGateway({ url, status, cache }: GatewayReport): string[] {
  if (status === null) return []
  const notReady = status === 'ready' ? [] : [`${url} is ${status}. Its /readyz says why.`]
  return cache === 'ready' || cache === 'off' ? notReady : [...notReady, `${url}: ${cache}.`]
}
