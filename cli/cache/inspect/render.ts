import { count, duration } from '../../log/plain.ts'
import type { FacetReport, JudgedEntry } from './report.ts'
import { SEARCHED } from './find-touch.ts'

/** Maximum length of the key of an entry, in characters. */
const MAX_KEY = 100

/** A report as lines of text. @param now milliseconds since 1970 */
export function renderFacet({ facet, service, touched, redis, fault }: FacetReport, now: number): string[] {
  const lines = [`${facet}, of the ${service} service`]
  for (const { database, last } of touched) {
    const where = last
      ? `touched last at offset ${last.offset} of epoch ${last.epoch}, ${duration(Math.max(0, now - last.time))} ago, by ${last.type} of ${last.key}`
      : `not touched by the last ${count(SEARCHED, 'record')} of the log`
    lines.push(`  ${database}: ${where}`)
  }
  if (fault !== null) return [...lines, `! ${fault}`]
  if (!redis) return [...lines, '  redis: not known, because REDIS_URL is not set']
  const { found, entries, scanned, complete } = redis
  const among = `${complete ? 'all' : 'the first'} ${count(scanned, 'entry', 'entries')}`
  lines.push(`  redis: ${count(found, 'entry', 'entries')} with the facet, among ${among}`)
  return [...lines, ...entries.map(entryLine)]
}

function entryLine({ key, bytes, ttlMs, current }: JudgedEntry): string {
  const state = current ? `current, for ${duration(Math.max(0, ttlMs))}` : 'invalidated'
  return `    ${key.length > MAX_KEY ? `${key.slice(0, MAX_KEY)}…` : key}  ${(bytes / 1_000).toFixed(1)} kB, ${state}`
}
