import type { Uuid } from './ids.ts'

/** What a service exports of its state, for those who build a copy of it: `GET /log/export?name=profiles` of users. */
export const PROFILES = 'profiles'

/** A row of `profiles`. Other fields may come; these stay. */
export type ExportedProfile = { id: Uuid; handle: string; name: string; version: number }
