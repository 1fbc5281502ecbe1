import { count, duration, plain } from '../../log/plain.ts'
import type { AuditEnd, StaleRead } from './report.ts'

/** A stale read in one line. */
export function staleLine({ what, register, value, cache, ageMs }: StaleRead): string {
  const shown = value === null ? 'none' : String(value)
  return plain(
    `! stale: ${what} (${cache}) showed for the ${register}: ${shown}, superseded ${duration(ageMs)} before`,
  )
}

/** Whether an audit found nothing stale, and judged something. */
export const isClean = ({ stale, judged }: AuditEnd) => stale === 0 && judged > 0

/** The result of an audit, as lines of text. */
export function renderAudit(end: AuditEnd): string[] {
  const { reads, hits, misses, judged, superseded, ages, stale, pending, nines, failed, seed, boundMs } = end
  const share = (part: number) => (reads === 0 ? '' : ` (${((100 * part) / reads).toFixed(1)} %)`)
  const lines = [
    `${count(reads, 'read')}: ${count(hits, 'hit')}${share(hits)}, ${count(misses, 'miss', 'misses')}${share(misses)}; seed ${seed}`,
    `${count(judged, 'read')} judged by the logs${pending > 0 ? `, ${pending} not, because a log stopped` : ''}`,
    `${count(superseded, 'read')} with a value that was superseded when the read began${ages ? `: ${agesText(ages)}` : ''}`,
  ]
  if (failed.reads + failed.writes > 0)
    lines.push(`failed: ${count(failed.reads, 'read')}, ${count(failed.writes, 'write')}`)
  if (judged === 0) {
    lines.push('! Nothing could be judged: the logs name no user or post that was read. Use --writes.')
  } else if (stale > 0) {
    lines.push(
      `! ${count(stale, 'read')} stale: superseded for longer than ${duration(boundMs)}. See docs/caching.md.`,
    )
  } else {
    const supported = nines === null ? 'too few for a statement' : nineText(judged, nines)
    lines.push(`0 stale, that is superseded for longer than ${duration(boundMs)}: ${supported}`)
  }
  return lines
}

function agesText({ p50, p99, p999, max }: NonNullable<AuditEnd['ages']>): string {
  return `p50 ${duration(p50)}, p99 ${duration(p99)}, p99.9 ${duration(p999)}, max ${duration(max)}`
}

function nineText(judged: number, nines: number): string {
  const digits = Math.max(0, Math.ceil(nines) - 1)
  const percent = Math.floor((100 - 300 / judged) * 10 ** digits) / 10 ** digits
  return `at least ${percent} % of such reads are not stale, with 95 % confidence (${nines.toFixed(1)} nines)`
}
