import type { Uuid } from './ids.ts'

/** Export of users for consumers that keep a copy: `GET /log/export?name=profiles`. */
export const PROFILES = 'profiles'

/** Export of users: ended sessions whose access tokens may still be valid. `?name=ended-sessions`. */
export const ENDED_SESSIONS = 'ended-sessions'

/** A row of `ended-sessions`. Fields may be added, but not removed. */
export type ExportedEndedSession = { id: Uuid }

/** A row of `profiles`. Fields may be added, but not removed. */
export type ExportedProfile = { id: Uuid; handle: string; name: string; version: number }
