import { LATE_MS } from '../../log/status/report.ts'
import type { DatabaseReport, GatewayReport, StatusReport } from './report.ts'

/** What the cache requires from an operator, one or two sentences each. */
export function needsOf({ databases, redis, gateways }: Omit<StatusReport, 'needs'>): string[] {
  return [
    ...(redis?.fault ? [`${redis.fault} Until this is fixed, gateways cache only in memory.`] : []),
    ...databases.flatMap(needsOfDatabase),
    ...gateways.flatMap(needsOfGateway),
  ]
}

function needsOfDatabase({ database, log }: DatabaseReport): string[] {
  if (log && log.tickAgeMs < LATE_MS) return []
  return [
    `The log of ${database} does not move, so nothing that was read from ${database} is served from caches. \
See: npm run log -- status.`,
  ]
}

function needsOfGateway({ url, status, cache }: GatewayReport): string[] {
  if (status === null) return []
  const notReady = status === 'ready' ? [] : [`${url} is ${status}. Its /readyz says why.`]
  return cache === 'ready' || cache === 'off' ? notReady : [...notReady, `${url}: ${cache}.`]
}
