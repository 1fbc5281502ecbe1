import {
  ENDED_SESSIONS,
  FOLLOW_DECISIONS,
  PROFILES,
  type ExportedEndedSession,
  type ExportedFollowDecision,
  type ExportedProfile,
} from '../../contracts/exports.ts'
import type { Exports } from '../../service/change-log/export-route.ts'
import { NAME } from './follow-requests/request-store.ts'

const PROFILE: readonly (keyof ExportedProfile)[] = ['id', 'handle', 'name', 'version']
const ENDED_SESSION: readonly (keyof ExportedEndedSession)[] = ['id']

const DECISION = {
  requestId: 'id::uuid',
  followerId: `(outcome ->> 'followerId')::uuid`,
  followeeId: `(outcome ->> 'followeeId')::uuid`,
  // A withdrawn request that is open again, after a restore of its owner, ends as declined.
  declined: `case outcome ->> 'decision' when 'accepted' then null when 'nobody' then 'nobody' else 'declined' end`,
} as const satisfies Record<keyof ExportedFollowDecision, string>

/** @param cutoff sessions that ended before this time are left out */
export function usersExports(cutoff: () => Date = () => new Date(0)): Exports {
  return {
    [PROFILES]: () => `select ${PROFILE.join()} from users`,
    [ENDED_SESSIONS]: () =>
      `select ${ENDED_SESSION.join()} from session where ended_at >= '${cutoff().toISOString()}'`,
    [FOLLOW_DECISIONS]: () =>
      `select ${columnsOf(DECISION)} from reactor_request
       where (consumer, source) = ('${NAME.consumer}', '${NAME.source}') and outcome is not null`,
  }
}

function columnsOf(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, expression]) => `${expression} as "${name}"`)
    .join()
}
