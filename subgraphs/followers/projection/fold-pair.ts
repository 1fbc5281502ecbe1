import type { Uuid } from '../../../contracts/ids.ts'
import type { StoredEvent } from '../../../patterns/event-store/index.ts'
import type { RelationEvent } from '../domain/relation.ts'

/** What the tables hold of a pair. */
export type PairRows = {
  /** Periods of the follow, in order. Only the last can be open. */
  periods: { beganAt: Date; endedAt: Date | null }[]
  request: { id: Uuid; requestedAt: Date } | null
  blockedAt: Date | null
}

export const NO_ROWS: PairRows = { periods: [], request: null, blockedAt: null }

/** What the tables hold after an event. The event is in the current schema. */
export function foldPair(rows: PairRows, { recordedAt, ...event }: StoredEvent): PairRows {
  // `readStreams` and rebuilds know the types of RELATION_SCHEMAS only.
  const { type, data } = event as unknown as RelationEvent
  switch (type) {
    case 'FollowRequested':
      return { ...rows, request: { id: data.requestId, requestedAt: recordedAt } }
    case 'FollowAccepted':
      return { ...rows, request: null, periods: [...rows.periods, { beganAt: recordedAt, endedAt: null }] }
    case 'FollowDeclined':
    case 'FollowRequestClosed':
      return { ...rows, request: null }
    case 'FollowEnded':
      return {
        ...rows,
        periods: rows.periods.map((period) => ({ ...period, endedAt: period.endedAt ?? recordedAt })),
      }
    case 'Blocked':
      return { ...rows, blockedAt: recordedAt }
    case 'Unblocked':
      return { ...rows, blockedAt: null }
  }
}
