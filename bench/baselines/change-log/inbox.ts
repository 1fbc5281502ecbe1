type Sql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>
type Message = { readonly kind: string; readonly offset: number; readonly payload?: unknown }
type Read = (after: number) => Promise<readonly Message[]>

/** How messages of a page are applied; `events` are those that are events. */
export type ApplyPage = (events: readonly Message[]) => Promise<void>

/** Reads messages up to `end`, the next page while one is applied: what a consumer does at least. Resolves in the end. */
export async function drainPlainly(read: Read, from: number, end: number, apply: ApplyPage): Promise<void> {
  let page = await read(from)
  for (let at = from; at < end;) {
    const events = page.filter(({ kind }) => kind === 'event')
    at += page.length
    const [next] = await Promise.all([at < end ? read(at) : [], events.length > 0 ? apply(events) : null])
    page = next
  }
}

export const CREATE_INBOX =
  'create table inbox (id bigint primary key, time timestamptz not null default now())'

/**
 * The inbox that is usually recommended, as a batch: a row per message shows which messages are new, in
 * the transaction of the effects.
 */
export function withInbox(
  sql: Sql,
  effects: (events: readonly Message[]) => Promise<void>,
): (events: readonly Message[]) => Promise<void> {
  return async (events) => {
    await sql('begin')
    const rows = await sql<{ id: string }>(
      'insert into inbox (id) select * from unnest($1::bigint[]) on conflict do nothing returning id',
      events.map(({ offset }) => offset),
    )
    const fresh = new Set(rows.map(({ id }) => Number(id)))
    await effects(events.filter(({ offset }) => fresh.has(offset)))
    await sql('commit')
  }
}
