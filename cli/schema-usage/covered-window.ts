import type { GatewayDay } from '../../gateway/usage/usage-store.ts'

/** Times in milliseconds since 1970. */
export type Interval = { from: number; to: number }
export type RecordingGap = Interval & { reason: string }

/** The window from `from` to `to` is covered, except for short gaps. */
export type CoveredWindow = Interval & { gaps: readonly RecordingGap[] }

/** A pause up to this long is no gap: gateways write every few seconds. Milliseconds. */
const NO_GAP_MS = 60_000

/**
 * A pause up to this long does not end the window. It is listed as a gap. A deployment or an outage of all gateways looks the
 * same as a gateway without a recording. Milliseconds.
 */
const SHORT_GAP_MS = 3_600_000

/** What a gateway that was killed may have counted after its last write. Milliseconds. */
const UNWRITTEN_MS = 10_000

/**
 * The window that a recording covers. It begins after the last long gap: a time without a recording gateway, with lost
 * requests, or with a gateway that served requests without recording them.
 *
 * @param asked limits of the window
 * @returns null if nothing was recorded
 */
export function coveredWindow(
  days: readonly (readonly GatewayDay[])[],
  asked: Interval,
): CoveredWindow | null {
  const all = days.flat()
  const recorded = union(all.filter(({ state }) => state !== 'off').map((day) => clipped(day, asked)))
  const [first, last] = [recorded[0], recorded.at(-1)]
  if (!first || !last) return null
  const whole = { from: first.from, to: last.to }
  const gaps = [...pauses(recorded), ...reported(all), ...killed(all, whole.to)]
    .map((gap) => ({ ...gap, ...clipped(gap, whole) }))
    .filter(({ from, to }) => from <= to)
    .toSorted((a, b) => a.from - b.from)
  const long = gaps.filter(isLong).map(({ to }) => to)
  return { from: Math.max(whole.from, ...long), to: whole.to, gaps }
}

type FoundGap = RecordingGap & { isLong?: boolean }

const isLong = ({ isLong: known, from, to }: FoundGap) => known ?? to - from > SHORT_GAP_MS

function pauses(recorded: readonly Interval[]): FoundGap[] {
  return recorded.slice(1).flatMap(({ from }, i) => {
    const { to } = recorded[i] as Interval
    return from - to > NO_GAP_MS ? [{ from: to, to: from, reason: 'No gateway recorded.' }] : []
  })
}

function reported(all: readonly GatewayDay[]): FoundGap[] {
  return all.flatMap(({ gateway, from, to, state, lost, lostFrom, lostTo }) => {
    if (state === 'off') {
      return [
        { from, to, reason: `Gateway ${gateway} served requests without recording them.`, isLong: true },
      ]
    }
    if (lost === 0) return []
    const reason = `${lost} requests to gateway ${gateway} could not be recorded.`
    return [{ from: lostFrom, to: lostTo, reason, isLong: true }]
  })
}

/** Gateways that have neither stopped nor written anything lately. */
function killed(all: readonly GatewayDay[], end: number): FoundGap[] {
  const last = new Map<string, GatewayDay>()
  for (const day of all) {
    const known = last.get(day.gateway)
    if (!known || known.to < day.to) last.set(day.gateway, day)
  }
  return [...last.values()].flatMap(({ gateway, state, to }) =>
    state === 'recording' && end - to > NO_GAP_MS
      ? [{ from: to, to: to + UNWRITTEN_MS, reason: `Gateway ${gateway} ended without writing the rest.` }]
      : [],
  )
}

function clipped({ from, to }: Interval, { from: min, to: max }: Interval): Interval {
  return { from: Math.max(from, min), to: Math.min(to, max) }
}

/** Overlapping intervals are joined. Sorted. */
function union(intervals: readonly Interval[]): Interval[] {
  const joined: Interval[] = []
  for (const { from, to } of intervals.toSorted((a, b) => a.from - b.from)) {
    if (from > to) continue
    const last = joined.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else joined.push({ from, to })
  }
  return joined
}
