/** A session that ended, and when: ISO 8601. */
export type Ended = { id: string; endedAt: string }

/** How long an ended session is remembered, in milliseconds. No access token lives longer (ACCESS_TOKEN_TTL_S). */
const REMEMBERED_MS = 86_400_000

/** What is asked for again at the next look, in milliseconds: an end may be committed after a later one. */
const OVERLAP_MS = 5_000

/** The sessions that ended, put together from what one look after the other brings. */
export type EndedSessions = {
  has(session: string): boolean
  /** Ends from this time on are to be asked for: ISO 8601. Null: all. */
  since(now: number): string | null
  /** Takes in a part of the list, or all of it again, and forgets what is over. */
  merge(part: readonly Ended[], now: number): void
}

export function endedSessions(): EndedSessions {
  const ended = new Map<string, number>()
  let newest: number | null = null
  return {
    has: (session) => ended.has(session),
    since(now) {
      // A clock that is fast must not hide what ends by the others.
      return newest === null ? null : new Date(Math.min(newest, now) - OVERLAP_MS).toISOString()
    },
    merge(part, now) {
      for (const { id, endedAt } of part) {
        const at = Date.parse(endedAt)
        ended.set(id, at)
        newest = Math.max(newest ?? at, at)
      }
      for (const [id, at] of ended) if (at < now - REMEMBERED_MS) ended.delete(id)
    },
  }
}
