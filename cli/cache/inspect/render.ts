import type { EntryInRedis } from '../../../patterns/cache-aside/index.ts'
import { count, duration } from '../../log/plain.ts'
import type { FacetReport } from './report.ts'
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
  if (!redis) return [...lines, '  redis: no cache was started there']
  const { incarnation, nonce, invalidated, found, entries, scanned, complete } = redis
  lines.push(`  redis: incarnation ${incarnation}`)
  for (const { database, offset, floor } of invalidated) {
    const at = offset === null ? `not invalidated since offset ${floor}` : `invalidated at offset ${offset}`
    lines.push(`  redis: ${floor === null ? 'no list of recent invalidations' : at} of ${database}`)
  }
  lines.push(
    nonce
      ? `  redis: nonce ${nonce.text}, for ${duration(nonce.ttlMs)}`
      : '  redis: no nonce, so no entry with the facet is used',
  )
  const among = `${complete ? 'all' : 'the first'} ${count(scanned, 'entry', 'entries')}`
  lines.push(`  redis: ${count(found, 'entry', 'entries')} with the facet, among ${among}`)
  return [...lines, ...entries.map(entryLine)]
}

function entryLine({ key, bytes, ttlMs, current }: EntryInRedis): string {
  const state = current ? `current, for ${duration(Math.max(0, ttlMs))}` : 'invalidated'
  return `    ${key.length > MAX_KEY ? `${key.slice(0, MAX_KEY)}…` : key}  ${(bytes / 1_000).toFixed(1)} kB, ${state}`
}
