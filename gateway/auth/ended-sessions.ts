import type { Clock } from '../../platform/clock.ts'

/**
 * How long an ended session is remembered, in milliseconds. This is the maximum lifetime of an access token (ACCESS_TOKEN_TTL_S
 * is at most a day), plus an hour for clock differences.
 */
const REMEMBERED_MS = 90_000_000

/** The ended sessions whose access tokens may still be valid. */
export type EndedSessions = {
  has(session: string): boolean
  /** Adds ended sessions, and drops those whose tokens have expired. */
  add(sessions: Iterable<string>): void
  readonly size: number
}

export function endedSessions(clock: Clock): EndedSessions {
  /** The time until which each session is remembered. The earliest comes first. */
  const ended = new Map<string, number>()
  return {
    has: (session) => ended.has(session),
    add(sessions) {
      const now = clock()
      for (const session of sessions) if (!ended.has(session)) ended.set(session, now + REMEMBERED_MS)
      for (const [session, until] of ended) {
        if (until >= now) break
        ended.delete(session)
      }
    },
    get size() {
      return ended.size
    },
  }
}
