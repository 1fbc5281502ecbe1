import type { Sql } from '../../../contracts/sql.ts'
import type { StreamProjection } from './stream-projection.ts'

/** Names after `after`, up to `upTo`. */
export type StreamRange = { after: string; upTo: string }

/** The streams that have events, as ranges of at most `size` streams, in order of name. */
export async function* streamRanges(sql: Sql, from: string, size: number): AsyncGenerator<StreamRange> {
  for (let after = from; ;) {
    const [row] = await sql<{ upTo: string | null }>(LAST_OF_NEXT, after, size)
    if (row?.upTo == null) return
    yield { after, upTo: row.upTo }
    after = row.upTo
  }
}

/** Streams of which the tables hold something although they have no events, in lists of at most `size`. */
export async function* strayStreams(
  sql: Sql,
  { listStreams }: Pick<StreamProjection<never, never>, 'listStreams'>,
  size: number,
): AsyncGenerator<string[]> {
  for await (const streams of lists((after) => listStreams(sql, after, size))) {
    const strays = await sql<{ stream: string }>(WITHOUT_EVENTS, streams)
    yield strays.map(({ stream }) => stream)
  }
}

/** All of a list that is read page by page. */
export async function* lists(
  next: (after: string | null) => Promise<string[]>,
): AsyncGenerator<string[], void, void> {
  for (let page = await next(null); page.length > 0; page = await next(page.at(-1) ?? null)) yield page
}

const LAST_OF_NEXT = `
  select max(stream) as "upTo" from (
    select distinct stream from stream_event where stream > $1 order by stream limit $2
  ) as next`

const WITHOUT_EVENTS = `
  select stream from unnest($1::text[]) as given (stream)
  where not exists (select from stream_event e where e.stream = given.stream)`
