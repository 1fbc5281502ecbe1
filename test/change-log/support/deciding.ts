import type { OpenWork } from '../../../patterns/change-log/consumer/open-work.ts'
import { decideRequests, takeRequests } from '../../../patterns/change-log/consumer/requests.ts'
import type { EventRecord } from '../../../patterns/change-log/record.ts'
import type { Sql } from '../../../contracts/sql.ts'

export const REACTOR = { consumer: 'decider', source: 'followers' }

/** Items are the events that the owner wrote. */
export const WORK: OpenWork = {
  requestOf: (row) => {
    const { id, key } = row as { id: string; key: string }
    return { id, key, type: 'asked', version: 1, payload: { id } }
  },
  withdrawalOf: ({ id }) => ({ type: 'withdrawn', version: 1, payload: { id } }),
}

/** Takes up and decides what is asked, once for each id; locks the stream of each key, as a command would. */
export async function decide(tx: Sql, events: readonly EventRecord[]): Promise<void> {
  const keys = [...new Set(events.map(({ key }) => key))].toSorted()
  await tx('select pg_advisory_xact_lock(hashtextextended(key, 0)) from unnest($1::text[]) key', keys)
  const asked = events.filter(({ type }) => type === 'asked')
  const before = await takeRequests(
    tx,
    REACTOR,
    asked.map((event) => ({ id: idOf(event), key: event.key })),
  )
  const now = events.flatMap((event) => {
    const [id, { key, type }] = [idOf(event), event]
    if (type === 'withdrawn') return [{ id, key, outcome: 'withdrawn', event }]
    return id.startsWith('wait') || before.has(id) ? [] : [{ id, key, outcome: 'accepted', event }]
  })
  const decided = await decideRequests(tx, REACTOR, now)
  const outcomes = new Map(decided.map(({ event, outcome }) => [event, outcome]))
  const opened = new Set(before.keys())
  const effects = events.flatMap((event) => {
    const [id, outcome] = [idOf(event), outcomes.get(event)]
    if (outcome !== undefined) return [`${outcome} ${id}`]
    if (event.type === 'withdrawn') return []
    const kept = before.get(id)
    if (kept) return kept.outcome === null ? [] : [`again ${id}`]
    if (!id.startsWith('wait') || opened.has(id)) return []
    opened.add(id)
    return [`open ${id}`]
  })
  await tx('insert into effect (what) select * from unnest($1::text[])', effects)
}

export function idOf({ payload }: EventRecord): string {
  return (payload as { id: string }).id
}
