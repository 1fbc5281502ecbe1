import { serveExport, withDatabase } from '../../patterns/change-log/index.ts'
import type { InternalResponse, InternalRoute } from '../../platform/http/internal-route.ts'
import type { Log } from '../../platform/log.ts'
import { dedicatedConnection } from '../../platform/postgres/dedicated-connection.ts'
import type { DatabaseAddress } from '../databases.ts'

/** The exports of a service, by name. Each has the query whose rows it lists. */
export type Exports = Readonly<Record<string, () => string>>

/**
 * `GET /log/export?name=…`: the rows of a query in one snapshot, and the position of that snapshot in the log, for consumers
 * that are built or rebuilt. Lines of JSON, see `patterns/change-log/export/export-text.ts`.
 *
 * @param databases databases of the service. `?database=` selects one if there are several
 */
export function exportRoute(
  databases: readonly DatabaseAddress[],
  exports: Exports,
  log: Log,
): InternalRoute {
  const exported = databases.map(({ name, url }) => ({
    database: name,
    connect: () => dedicatedConnection(url, `${name} export`, log),
  }))
  return {
    method: 'GET',
    url: '/log/export',
    async respond({ query, gone }) {
      const name = query.get('name') ?? ''
      const select = Object.hasOwn(exports, name) ? exports[name] : undefined
      if (!select) {
        const message = `There is no export ${JSON.stringify(name)}. Use ?name=${Object.keys(exports).join(' or ')}.`
        return { status: 400, body: JSON.stringify({ message }) }
      }
      return withDatabase<(typeof exported)[number], InternalResponse>(
        exported,
        query,
        async ({ connect }) => {
          const body = await serveExport({ connect, query: select() }, gone)
          return { status: 200, type: 'application/x-ndjson', body }
        },
      )
    },
  }
}
