import {
  ENDED_SESSIONS,
  PROFILES,
  type ExportedEndedSession,
  type ExportedProfile,
} from '../../contracts/exports.ts'
import type { Exports } from '../../service/change-log/export-route.ts'

const PROFILE: readonly (keyof ExportedProfile)[] = ['id', 'handle', 'name', 'version']
const ENDED_SESSION: readonly (keyof ExportedEndedSession)[] = ['id']

/** @param cutoff sessions that ended before this time are left out */
export function usersExports(cutoff: () => Date = () => new Date(0)): Exports {
  return {
    [PROFILES]: () => `select ${PROFILE.join()} from users`,
    [ENDED_SESSIONS]: () =>
      `select ${ENDED_SESSION.join()} from session where ended_at >= '${cutoff().toISOString()}'`,
  }
}
