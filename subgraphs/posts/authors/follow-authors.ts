import { PROFILES } from '../../../contracts/exports.ts'
import {
  compareCopy,
  createSignal,
  createWaiter,
  feedReader,
  followLog,
  logUrls,
  rebuildFrom,
  type Compared,
  type Follower,
  type LogTransport,
  type RebuiltFrom,
  type Report,
  type Signal,
  type Sql,
  type Transact,
} from '../../../patterns/change-log/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import { internalGet, internalPost } from '../../../platform/http/internal-get.ts'
import { internalStream } from '../../../platform/http/internal-stream.ts'
import { authorCopy, compareAuthors } from './author-copy.ts'
import { authorEvents } from './author-events.ts'

/** The service whose log is followed. */
const OWNER = 'users'

/** The consumer that keeps the authors' handles and names. `source` is the database whose log it follows. */
export const AUTHORS = { consumer: 'posts.authors', source: 'users' } as const

/** What it is made of. */
export type AuthorsOptions = {
  /** Of users, with its path `/graphql`: the log is beside that. */
  usersUrl: string
  /** Signs requests to users. */
  secret: string
  /** Milliseconds since 1970. */
  clock: Clock
  /** Of posts, on connections of their own. */
  sql: Sql
  transact: Transact
}

export type FollowingOptions = {
  /** Carries the log besides the feed, over a connection that nothing else uses; null where there is none. */
  transport: LogTransport | null
  report: Report
  /** Milliseconds. */
  monotonic: () => number
  /** Wakes the relay of posts: its next tick tells readers how far the copy is. */
  written: Pick<Signal, 'raise'>
}

/** Keeps the copy, until disposed. */
export function followAuthors(
  options: AuthorsOptions,
  { transport, report, monotonic, written }: FollowingOptions,
): Follower {
  const { sql, transact } = options
  const asking = { secret: options.secret, audience: OWNER, clock: options.clock }
  const post = internalPost(asking)
  const urls = logUrls(options.usersUrl, AUTHORS.source)
  return followLog({
    name: AUTHORS,
    feed: feedReader(urls.feed, internalGet(asking)),
    transport: transport && transport.reader(AUTHORS.source),
    openExport: openExport(options),
    tell: async (position, stop) => {
      const body = JSON.stringify({ consumer: AUTHORS.consumer, ...position })
      await post(urls.consumers, body, stop)
    },
    sql,
    transact,
    handler: authorEvents,
    copy: authorCopy,
    report,
    clock: monotonic,
    // Not for batches without an effect: two services that copy each other would keep each other awake for ever.
    applied({ applied, parked }) {
      if (applied + parked > 0) written.raise()
    },
  })
}

/** Builds the copy anew from users' state, whether or not a service consumes at the same time. */
export function rebuildAuthors(options: AuthorsOptions, stop: AbortSignal): Promise<RebuiltFrom> {
  const { transact } = options
  return rebuildFrom({ name: AUTHORS, transact, openExport: openExport(options), copy: authorCopy }, stop)
}

/**
 * Compares the copy with users' state, while both go on changing. @param waitMs longest wait for the copy to come as far
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
