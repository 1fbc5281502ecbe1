import type { ExportStart } from '../export/export.ts'
import type { EventRecord } from '../record.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { ConsumerName } from './handler.ts'
import { OPEN_WORK } from './parked.ts'
import type { Copy } from './rebuild-from.ts'
import type { Request } from './requests.ts'

/** An event that the handler supports. */
export type WorkEvent = { type: string; version: number; payload: unknown }

/** How a reactor is rebuilt from the owner's open work. */
export type OpenWork = {
  /** Converts a row of the export to the open request and the event that asked for it. @throws if the row is not a request */
  requestOf(row: unknown): Request & WorkEvent
  /** The event that withdraws a request. Used if the reactor holds a request open and the export does not list it. */
  withdrawalOf(request: Request): WorkEvent
}

/**
 * Offset of the first item of open work. It is below all offsets of a log, so items precede the later events of their keys.
 */
const FIRST_OFFSET = -(2 ** 50)
/** Maximum number of requests that one statement withdraws. */
const PAGE = 1_000

/**
 * Loads open work in a rebuild. Each item is stored as an event behind its key, as if the key were parked, and is drained
 * after the rebuild. Handling all items in the rebuild would need more locks than Postgres has room for, and an item that
 * cannot be handled would make every attempt fail. Later events of a key queue behind its items.
 */
export function openWorkCopy(name: ConsumerName, { requestOf, withdrawalOf }: OpenWork): Copy {
  let offset = FIRST_OFFSET
  const put = (tx: Sql, items: readonly (Request & WorkEvent)[], start: ExportStart) => {
    const from = offset
    offset += items.length
    return putBehind(
      tx,
      name,
      items.map((item, i) => eventOf(item, from + i, start)),
      items,
    )
  }
  return {
    async clear() {
      offset = FIRST_OFFSET
    },
    add: (tx, rows, start) => put(tx, rows.map(requestOf), start),
    async end(tx, start) {
      for (let after = ''; ;) {
        const page = await readUnlisted(tx, name, after)
        if (page.length === 0) return
        await put(
          tx,
          page.map((request) => ({ ...request, ...withdrawalOf(request) })),
          start,
        )
        after = page.at(-1)?.id ?? ''
      }
    },
  }
}

function eventOf(
  { key, type, version, payload }: Request & WorkEvent,
  offset: number,
  { time }: ExportStart,
) {
  return {
    kind: 'event',
    offset,
    // No transaction has this id.
    xid: '0',
    key,
    type,
    version,
    payload,
    touches: [],
    headers: {},
    time,
  } satisfies EventRecord
}

async function putBehind(
  tx: Sql,
  { consumer, source }: ConsumerName,
  events: readonly EventRecord[],
  requests: readonly Request[],
): Promise<void> {
  const keys = events.map(({ key }) => key)
  await tx(
    `insert into parked_key (consumer, source, key, reason, draining)
     select distinct $1, $2, key, '${OPEN_WORK}', true from unnest($3::text[]) key
     on conflict do nothing`,
    consumer,
    source,
    keys,
  )
  await tx(
    `insert into parked_event (consumer, source, key, "offset", record, request)
     select $1, $2, * from unnest($3::text[], $4::bigint[], $5::text[], $6::text[])`,
    consumer,
    source,
    keys,
    events.map(({ offset }) => offset),
    events.map((event) => JSON.stringify(event)),
    requests.map(({ id }) => id),
  )
}

/** The open requests that the export does not list, by id. */
function readUnlisted(tx: Sql, { consumer, source }: ConsumerName, after: string): Promise<Request[]> {
  return tx<Request>(
    `select id, key from reactor_request r
     where consumer = $1 and source = $2 and id > $3 and outcome is null
       and not exists (select from parked_event e where e.consumer = $1 and e.source = $2 and e.request = r.id)
     order by id limit ${PAGE}`,
    consumer,
    source,
    after,
  )
}
