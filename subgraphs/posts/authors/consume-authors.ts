import type { Sql, Transact } from '../../../contracts/sql.ts'
import { PROFILES } from '../../../contracts/exports.ts'
import {
  compareCopy,
  createSignal,
  createWaiter,
  feedReader,
  runConsumer,
  logUrls,
  rebuildFrom,
  type Compared,
  type RunningConsumer,
  type LogTransport,
  type RebuiltFrom,
  type Report,
  type Signal,
} from '../../../patterns/change-log/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import { internalGet, internalPost } from '../../../platform/http/internal-get.ts'
import { internalStream } from '../../../platform/http/internal-stream.ts'
import { authorCopy, compareAuthors } from './author-copy.ts'
import { authorEvents } from './author-events.ts'

/** The service whose log is followed. */
const OWNER = 'users'

/** The consumer that copies the authors' handles and names. `source` is the database whose log it follows. */
export const AUTHORS = { consumer: 'posts.authors', source: 'users' } as const

/** The settings and connections of the copy. */
export type AuthorsOptions = {
  /** URL of users, with the path `/graphql`. The URLs of the log are derived from it. */
  usersUrl: string
  /** Signs requests to users. */
  secret: string
  /** Milliseconds since 1970. */
  clock: Clock
  /** SQL in the database of posts, on dedicated connections. */
  sql: Sql
  transact: Transact
}

export type ConsumeAuthorsOptions = {
  /** Carries the log in addition to the feed, on a connection that nothing else uses. Null if there is none. */
  transport: LogTransport | null
  report: Report
  /** Milliseconds. */
  monotonic: () => number
  /** Wakes the relay of posts. Its next tick contains the position of the copy, for readers. */
  written: Pick<Signal, 'raise'>
}

/** Keeps the copy up to date until disposed. */
export function consumeAuthors(
  options: AuthorsOptions,
  { transport, report, monotonic, written }: ConsumeAuthorsOptions,
): RunningConsumer {
  const { sql, transact } = options
  const asking = { secret: options.secret, audience: OWNER, clock: options.clock }
  const post = internalPost(asking)
  const urls = logUrls(options.usersUrl, AUTHORS.source)
  return runConsumer({
    name: AUTHORS,
    feed: feedReader(urls.feed, internalGet(asking)),
    transport: transport && transport.reader(AUTHORS.source),
    openExport: openExport(options),
    reportPosition: async (position, stop) => {
      const body = JSON.stringify({ consumer: AUTHORS.consumer, ...position })
      await post(urls.consumers, body, stop)
    },
    sql,
    transact,
    handler: authorEvents,
    copy: authorCopy,
    report,
    clock: monotonic,
    // Only after batches with an effect. Otherwise two services that copy each other would wake each other forever.
    applied({ applied, parked }) {
      if (applied + parked > 0) written.raise()
    },
  })
}

/** Rebuilds the copy from users' state. A service may consume at the same time. */
export function rebuildAuthors(options: AuthorsOptions, stop: AbortSignal): Promise<RebuiltFrom> {
  const { transact } = options
  return rebuildFrom({ name: AUTHORS, transact, openExport: openExport(options), copy: authorCopy }, stop)
}

/**
 * Compares the copy with users' state, while both keep changing.
 *
 * @param waitMs maximum wait for the copy to reach the position of users' state. Milliseconds.
 */
export async function compareAuthorsWithUsers(
  options: AuthorsOptions,
  { waitMs, monotonic }: { waitMs: number; monotonic: () => number },
  stop: AbortSignal,
): Promise<Compared> {
  const { sql } = options
  const looking = { sql, name: AUTHORS, committed: createSignal(), clock: monotonic, pollMs: 50 }
  await using waiter = createWaiter(looking)
  const comparing = { sql, name: AUTHORS, openExport: openExport(options), until: waiter.until, waitMs }
  return await compareCopy({ ...comparing, compareRows: compareAuthors(sql) }, stop)
}

function openExport({ secret, clock, usersUrl }: AuthorsOptions) {
  const stream = internalStream({ secret, audience: OWNER, clock })
  const url = logUrls(usersUrl, AUTHORS.source).exported(PROFILES)
  return (stop: AbortSignal) => stream(url, stop)
}
