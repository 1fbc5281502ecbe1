import type { Client } from 'pg'
import { PROFILES, type ExportedProfile } from '../../contracts/exports.ts'
import { serveExport } from '../../patterns/change-log/index.ts'
import type { InternalRoute } from '../../platform/http/internal-route.ts'

/** Columns of each export. */
const EXPORTS: Readonly<Record<string, readonly (keyof ExportedProfile)[]>> = {
  [PROFILES]: ['id', 'handle', 'name', 'version'],
}

/**
 * `GET /log/export?name=profiles`: the state in one snapshot, and where in the log to go on from it; for consumers that
 * must be built, or built anew. Lines of JSON, see `patterns/change-log/export-wire.ts`.
 *
 * @param connect opens a connection of the export's own
 */
export function exportRoute(connect: () => Promise<Client>): InternalRoute {
  return {
    method: 'GET',
    url: '/log/export',
    async answer({ query, gone }) {
      const name = query.get('name') ?? ''
      const columns = Object.hasOwn(EXPORTS, name) ? EXPORTS[name] : undefined
      if (!columns) {
        const message = `There is no export ${JSON.stringify(name)}. Ask for ?name=${Object.keys(EXPORTS).join(' or ')}.`
        return { status: 400, body: JSON.stringify({ message }) }
      }
      const body = await serveExport({ connect, query: `select ${columns.join(', ')} from users` }, gone)
      return { status: 200, type: 'application/x-ndjson', body }
    },
  }
}
