import type { Client } from 'pg'
import {
  ENDED_SESSIONS,
  PROFILES,
  type ExportedEndedSession,
  type ExportedProfile,
} from '../../contracts/exports.ts'
import { serveExport, withDatabase } from '../../patterns/change-log/index.ts'
import type { InternalResponse, InternalRoute } from '../../platform/http/internal-route.ts'

const PROFILE: readonly (keyof ExportedProfile)[] = ['id', 'handle', 'name', 'version']
const ENDED_SESSION: readonly (keyof ExportedEndedSession)[] = ['id']

export type ExportedDatabase = { database: string; connect: () => Promise<Client> }

/**
 * `GET /log/export?name=profiles` or `ended-sessions`: the state in one snapshot and its position in the log, for consumers
 * that are built or rebuilt. Lines of JSON, see `patterns/change-log/export/export-text.ts`.
 *
 * @param databases databases of the service; `connect` opens a dedicated connection for the export
 * @param cutoff sessions that ended before this time are left out
 */
export function exportRoute(
  databases: readonly ExportedDatabase[],
  cutoff: () => Date = () => new Date(0),
): InternalRoute {
  const queries: Readonly<Record<string, () => string>> = {
    [PROFILES]: () => `select ${PROFILE.join()} from users`,
    [ENDED_SESSIONS]: () =>
      `select ${ENDED_SESSION.join()} from session where ended_at >= '${cutoff().toISOString()}'`,
  }
  return {
    method: 'GET',
    url: '/log/export',
    async respond({ query, gone }) {
      const name = query.get('name') ?? ''
      const select = Object.hasOwn(queries, name) ? queries[name] : undefined
      if (!select) {
        const message = `There is no export ${JSON.stringify(name)}. Use ?name=${Object.keys(queries).join(' or ')}.`
        return { status: 400, body: JSON.stringify({ message }) }
      }
      return withDatabase<ExportedDatabase, InternalResponse>(databases, query, async ({ connect }) => {
        const body = await serveExport({ connect, query: select() }, gone)
        return { status: 200, type: 'application/x-ndjson', body }
      })
    },
  }
}
