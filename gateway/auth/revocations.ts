import { ENDED_SESSIONS } from '../../contracts/exports.ts'
import {
  feedReader,
  consumeInMemory,
  logUrls,
  type EventRecord,
  type LogTransport,
} from '../../patterns/change-log/index.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import { internalGet } from '../subgraph-client/get-internal.ts'
import type { Transport } from '../subgraph-client/transport.ts'
import { endedSessions } from './ended-sessions.ts'

export type Revocations = AsyncDisposable & {
  isRevoked(session: string): boolean
  /** Rejects with the reason if the list was never read. */
  known(): Promise<void>
  /** Rejects with the reason if the list is not up to date. */
  current(): Promise<void>
}

export type RevocationsOptions = {
  /** The URL of users' `/graphql`. The URL of its log is derived from it. */
  usersUrl: string
  /** Reads exports too, so its response limit must be large. */
  transport: Transport
  /** Carries the log in addition to the feed, over a separate connection. Null if there is only the feed. */
  logTransport: LogTransport | null
  secret: string
  clock: Clock
  log: Log
  /** Timeout for a response, in addition to the time that the server waits for records. Milliseconds. */
  timeoutMs: number
}

const SERVICE = 'users'
/** The database whose log has the ended sessions. */
const DATABASE = 'users'

/** Additional time that the server may take to wait for records, and to send an export. Milliseconds. */
const [WAIT_MS, EXPORT_MS] = [2_000, 30_000]

/**
 * Follows the change log of users and keeps the list of revoked sessions. Resolves after the first attempt to read the list,
 * successful or not. The list is kept while users is not reachable.
 */
export async function watchRevocations(options: RevocationsOptions): Promise<Revocations> {
  const { usersUrl, transport, logTransport, secret, clock, log, timeoutMs } = options
  const ended = endedSessions(clock)

  const send = internalGet({ transport, secret, clock, timeoutMs })
  const get = (url: string, waitMs: number, stop?: AbortSignal) => send(SERVICE, url, waitMs, stop)
  const urls = logUrls(usersUrl, DATABASE)
  const exportUrl = urls.exported(ENDED_SESSIONS)
  const consumer = consumeInMemory({
    what: 'the list of revoked sessions',
    feed: feedReader(urls.feed, (url, stop) => get(url, WAIT_MS, stop)),
    transport: logTransport && logTransport.reader(DATABASE),
    openExport: async (stop) => chunks(Buffer.from(await get(exportUrl, EXPORT_MS, stop))),
    load: (rows) => ended.add(rows.map((row) => idIn(row, 'id'))),
    apply: (events) => ended.add(events.filter(({ type }) => type === ENDED).map(sessionOf)),
    report: (level, message) => log[level](message),
    clock: () => performance.now(),
    waitMs: WAIT_MS,
  })
  await consumer.tried

  return {
    isRevoked: ended.has,
    async known() {
      if (!consumer.loaded) throw new Error(`the list of revoked sessions was never read: ${consumer.fault}`)
    },
    async current() {
      if (consumer.fault !== null)
        throw new Error(`the list of revoked sessions is out of date: ${consumer.fault}`)
    },
    [Symbol.asyncDispose]: () => consumer[Symbol.asyncDispose](),
  }
}

const ENDED = 'session.ended'

/** Throws on an unknown version of the event. The list is then read again from the export. */
function sessionOf({ version, payload }: EventRecord): string {
  if (version !== 1) throw new Error(`${ENDED} has version ${version}`)
  return idIn(payload, 'sessionId')
}

function idIn(row: unknown, field: 'id' | 'sessionId'): string {
  const id = typeof row === 'object' && row !== null ? (row as Record<string, unknown>)[field] : undefined
  if (typeof id === 'string') return id
  throw new TypeError(`there is no session id in ${JSON.stringify(row)}`)
}

async function* chunks(text: Uint8Array) {
  yield text
}
