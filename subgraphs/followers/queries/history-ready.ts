import { apiError } from '../../../platform/graphql/errors.ts'
import type { Querying } from '../../../platform/postgres/database.ts'

const IMPORTED = {
  name: 'history-ready',
  text: 'select pairs::integer, total::integer from relation_import where phase is not null',
}

/**
 * For a request: resolves if the history of relations is complete. It is not while relations that are older than the event
 * store are being imported.
 *
 * @throws GraphQLError with code HISTORY_INCOMPLETE
 */
export function historyReady(reader: Querying): () => Promise<void> {
  let ready: Promise<void> | null = null
  return () => (ready ??= requireImported(reader))
}

async function requireImported(reader: Querying): Promise<void> {
  const [open] = await reader.query<{ pairs: number; total: number }>(IMPORTED, [])
  if (!open) return
  const part = `${Math.min(open.pairs, open.total)} of ${open.total}`
  throw apiError(
    'HISTORY_INCOMPLETE',
    `The history of follows is being prepared: ${part} relations are done. Try again later.`,
  )
}
