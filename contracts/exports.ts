import type { Uuid } from './ids.ts'

/** What a service exports of its state, for those who build a copy of it: `GET /log/export?name=profiles` of users. */
export const PROFILES = 'profiles'

/** The sessions that ended while an access token of theirs can still be valid: `?name=ended-sessions` of users. */
export const ENDED_SESSIONS = 'ended-sessions'

/** A row of `ended-sessions`. Other fields may come; this one stays. */
export type ExportedEndedSession = { id: Uuid }

/** A row of `profiles`. Other fields may come; these stay. */
export type ExportedProfile = { id: Uuid; handle: string; name: string; version: number }
