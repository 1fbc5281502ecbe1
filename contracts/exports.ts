import type { Uuid } from './ids.ts'

/** Export of users for consumers that keep a copy: `GET /log/export?name=profiles`. */
export const PROFILES = 'profiles'

/** Export of users: ended sessions whose access tokens may still be valid. `?name=ended-sessions`. */
export const ENDED_SESSIONS = 'ended-sessions'

/** A row of `ended-sessions`. Fields may be added, but not removed. */
export type ExportedEndedSession = { id: Uuid }

/** A row of `profiles`. Fields may be added, but not removed. */
export type ExportedProfile = { id: Uuid; handle: string; name: string; version: number }

/** Export of followers: open requests, for users, which decides them. `?name=open-follow-requests`. */
export const OPEN_FOLLOW_REQUESTS = 'open-follow-requests'

/** A row of `open-follow-requests`. `requestedAt` is ISO 8601 in UTC. Fields may be added, but not removed. */
export type ExportedFollowRequest = {
  requestId: Uuid
  followerId: Uuid
  followeeId: Uuid
  requestedAt: string
}

/** Export of users: its decisions about requests to follow, for followers. `?name=follow-decisions`. */
export const FOLLOW_DECISIONS = 'follow-decisions'

/** A row of `follow-decisions`. `declined` is null if the request was accepted. Fields may be added, but not removed. */
export type ExportedFollowDecision = {
  requestId: Uuid
  followerId: Uuid
  followeeId: Uuid
  declined: 'declined' | 'nobody' | null
}

/** Export of followers: who blocks whom. `?name=blocks`. */
export const BLOCKS = 'blocks'

/** A row of `blocks`. Fields may be added, but not removed. */
export type ExportedBlock = { blockerId: Uuid; blockedId: Uuid }
