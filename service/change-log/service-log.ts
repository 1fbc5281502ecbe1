import type { Client } from 'pg'
import type { TokenEntry } from '../../contracts/consistency.ts'
import type { InternalRoute } from '../../platform/http/internal-route.ts'
import type { LogFigures } from '../metrics/log-metrics.ts'

/** What a service lends to the owner of its change log. */
export type LogParts = {
  /** Name of the service, and so of its database in tokens. */
  service: string
  /** Opens a connection to its database, whose statements may take minutes. */
  connect: () => Promise<Client>
  /** Sends a command to Redis; null where there is none. */
  send: ((args: string[]) => Promise<unknown>) | null
  report: (level: 'info' | 'warn' | 'error', message: string) => void
  /** Milliseconds, monotonic. */
  clock: () => number
  /** Milliseconds since 1970. */
  now: () => number
}

/** The owner of a service's change log, as far as the platform knows it; `patterns/change-log` makes it. */
export type ServiceLog = AsyncDisposable & {
  /** Raised by the service after each commit that wrote events: the relay wakes at once. */
  readonly written: { raise(): void }
  /** `GET /log`, `POST /log/consumers`. */
  readonly routes: readonly InternalRoute[]
  /** What the answer to a request says that wrote these. */
  entryOf(xids: readonly string[]): TokenEntry
  /** How the relay is, in words, with what to do; for `/readyz`. Rejects when that cannot be told. */
  report(): Promise<string>
  figures(): Promise<LogFigures>
}
