import type { KnownOperation, RecordedOperation } from './known-operation.ts'
import { counted } from './recording.ts'
import type { UsageExport } from './usage-export.ts'

export type RecordedUse = {
  operation: KnownOperation
  /** In ms since 1970. */
  lastUsed: number
  /** One line for each client since a time, the most frequent first: `web 3.2.0, 1,200 requests, last 2026-11-29T…`. */
  clients(since: number): string[]
}

/** The recorded operations, the most frequent first. */
export function recordedUses(
  { operations }: UsageExport,
  read: (operation: RecordedOperation) => KnownOperation,
): RecordedUse[] {
  return operations
    .toSorted((a, b) => requests(b) - requests(a))
    .map((recorded) => ({
      operation: read(recorded),
      lastUsed: recorded.clients.reduce((last, client) => Math.max(last, Date.parse(client.lastUsed)), 0),
      clients: (since) =>
        recorded.clients
          .filter(({ lastUsed }) => Date.parse(lastUsed) >= since)
          .toSorted((a, b) => b.count - a.count)
          .map(({ name, version, count, lastUsed }) => {
            const client = `${name ?? 'a client without a name'}${version === null ? '' : ` ${version}`}`
            return `${client}, ${counted(count, 'request')}, last ${lastUsed}`
          }),
    }))
}

const requests = ({ clients }: RecordedOperation): number =>
  clients.reduce((sum, { count }) => sum + count, 0)

/** Maximum number of lines of recorded uses in one finding. */
const MAX_LINES = 20

/** The first lines, and how many there are besides. */
export const first = (lines: readonly string[]): string[] =>
  lines.length <= MAX_LINES
    ? [...lines]
    : [...lines.slice(0, MAX_LINES), `and ${counted(lines.length - MAX_LINES, 'other use')}`]
