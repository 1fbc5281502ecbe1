import DataLoader from 'dataloader'
import type { Uuid } from '../../../contracts/ids.ts'
import {
  CONSUMER_WAIT_MS,
  untilFresh,
  type AwaitedConsumer,
} from '../../../service/change-log/request-copy.ts'
import type { RequestBase } from '../../../service/graphql/subgraph-server.ts'
import type { Reader } from '../../../platform/postgres/database.ts'
import { AUTHORS } from './authors-consumer.ts'

export type Author = { id: Uuid; handle: string; name: string }

/** Access to the authors for one request. */
export type RequestAuthors = {
  /**
   * Waits until the copy contains the client's writes. The wait happens once per request. The response is marked stale if it
   * takes too long, or if events of users are parked.
   */
  waitUntilFresh(): Promise<void>
  /** Creates a loader of authors that are as fresh as possible. An author that is not in the copy is null. */
  loader(): DataLoader<Uuid, Author | null>
}

/**
 * An author who signed up longer than this before the last tick has either arrived or never will. The transaction of a
 * sign-up takes less time, and clocks differ by less. Milliseconds.
 */
const ON_THE_WAY_MS = 60_000

const BY_ID = {
  name: 'authors',
  text: 'select id, handle, name from author where id = any($1::uuid[])',
}

const COPIED_UNTIL = {
  name: 'authors-copied-until',
  text: `select extract(epoch from tick_time) * 1000 as ms from consumer_offset where consumer = $1 and source = $2`,
}

type Asking = Pick<RequestBase, 'token' | 'stale'> & { reader: Reader }

export function requestAuthors(consumer: AwaitedConsumer, { reader, ...base }: Asking): RequestAuthors {
  const waitUntilFresh = untilFresh(AUTHORS.name, consumer, base)

  async function load(ids: readonly Uuid[]): Promise<(Author | null)[]> {
    await waitUntilFresh()
    const found = await find(reader, ids)
    const missing = ids.filter((id) => !found.has(id))
    if (missing.length > 0) await consumer?.until(() => arrived(reader, missing, found), CONSUMER_WAIT_MS)
    return ids.map((id) => found.get(id) ?? null)
  }

  return { waitUntilFresh, loader: () => new DataLoader((ids) => load(ids)) }
}

async function find(reader: Reader, ids: readonly Uuid[]): Promise<Map<Uuid, Author>> {
  const rows = await reader.keyed('id').query<Author>(BY_ID, [ids])
  return new Map(rows.map((row) => [row.id, row]))
}

/** Whether none of the missing authors can still arrive. Adds those who have arrived to `found`. */
async function arrived(reader: Reader, missing: readonly Uuid[], found: Map<Uuid, Author>): Promise<boolean> {
  // The position is read first, so that the query after it finds every author up to this tick.
  const [until] = await reader.query<{ ms: string | null }>(COPIED_UNTIL, [
    AUTHORS.name.consumer,
    AUTHORS.name.source,
  ])
  // The copy was never built. That can take long, so the request does not wait.
  if (until?.ms == null) return true
  const since = Number(until.ms) - ON_THE_WAY_MS
  const awaited = missing.filter((id) => !found.has(id) && madeAt(id) > since)
  if (awaited.length === 0) return true
  for (const [id, author] of await find(reader, awaited)) found.set(id, author)
  return awaited.every((id) => found.has(id))
}

/** Creation time of a uuid of version 7, in milliseconds since 1970. */
function madeAt(id: Uuid): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16)
}
