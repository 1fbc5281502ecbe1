/** The values of `AudienceInterval` in the API. */
export type AudienceInterval = 'DAY' | 'WEEK' | 'MONTH'

/** How the number of followers changed in an interval that ends at `at`. `followers` is their number then. */
export type AudiencePoint = { at: Date; followers: number; gained: number; lost: number }

/** Maximum number of points of `audience`. */
export const MAX_POINTS = 400

const DAY_MS = 86_400_000

/**
 * The ends of the intervals from `from` on. The last interval ends at `to`, so it may be shorter. Days are 24 hours long, and
 * months are those of the calendar in UTC.
 *
 * @returns at most `MAX_POINTS + 1`, which are too many
 */
export function intervalEnds(from: Date, to: Date, by: AudienceInterval): Date[] {
  const ends: Date[] = []
  for (let i = 1; ends.length <= MAX_POINTS; i++) {
    const end = by === 'MONTH' ? monthsAfter(from, i) : new Date(from.getTime() + i * daysOf(by) * DAY_MS)
    if (end >= to) return [...ends, to]
    ends.push(end)
  }
  return ends
}

/** How many follows began and ended between two ends. `bucket` 1 is the first interval; the last one is after the last end. */
export type AudienceChange = { bucket: number; gained: number; lost: number }

/** @param now number of followers after the last change */
export function audiencePoints(
  ends: readonly Date[],
  now: number,
  changes: readonly AudienceChange[],
): AudiencePoint[] {
  const byBucket = new Map(changes.map((change) => [change.bucket, change]))
  let followers = changes.reduce((count, { gained, lost }) => count - gained + lost, now)
  return ends.map((at, i) => {
    const { gained, lost } = byBucket.get(i + 1) ?? { gained: 0, lost: 0 }
    followers += gained - lost
    return { at, followers, gained, lost }
  })
}

function daysOf(by: 'DAY' | 'WEEK'): number {
  return by === 'DAY' ? 1 : 7
}

/** The 31st of January is followed by the last day of February. */
function monthsAfter(date: Date, months: number): Date {
  const result = new Date(date)
  result.setUTCMonth(date.getUTCMonth() + months)
  if (result.getUTCDate() < date.getUTCDate()) result.setUTCDate(0)
  return result
}
