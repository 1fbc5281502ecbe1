import type { Uuid } from '../../../contracts/ids.ts'
import { RELATION_SCHEMAS, type RelationEvent } from '../../../subgraphs/followers/domain/relation.ts'
import { followPeriods, type FollowPeriod } from '../activity.ts'
import type { EdgeList } from '../graph/edge-list.ts'
import type { People } from '../people.ts'
import type { Table } from './copy-rows.ts'

/**
 * The streams of the seeded follows: a request, 1 ms later its acceptance, when the follow began, and perhaps its end. The
 * default of the other column is correct: the transaction's xid.
 */
export function relationStreams(people: People, edges: EdgeList, seed: number): Table {
  return {
    target: 'stream_event (stream, version, type, schema, data, meta, recorded_at)',
    *rows(writer) {
      let last = { from: -1, to: -1, version: 0 }
      let follower = { id: '', meta: '' }
      for (const period of followPeriods(people, edges, seed)) {
        const { from, to } = period
        // Periods are ordered by follower.
        if (from !== last.from)
          follower = { id: people.ids.global('user', from), meta: metaOf(people.ids.uuid(from)) }
        const stream = `${follower.id}>${people.ids.global('user', to)}`
        let version = last.from === from && last.to === to ? last.version : 0
        for (const { type, data, meta, at } of eventsOf(period, follower.meta, people)) {
          writer.row(7)
          writer.text(stream)
          writer.integer(++version)
          writer.text(type)
          writer.integer(RELATION_SCHEMAS[type].schema)
          writer.jsonb(data)
          writer.jsonb(meta)
          writer.time(at)
          yield
        }
        last = { from, to, version }
      }
    },
  }
}

/** `data` and `meta`: JSON. */
type SeededEvent = { type: RelationEvent['type']; data: string; meta: string; at: number }

/** As the commands would have written them: a user is the actor, except of the decision. */
function eventsOf(
  { to, at, requestId, ended }: FollowPeriod,
  byFollower: string,
  people: People,
): SeededEvent[] {
  const request = `{"requestId":"${requestId}"}`
  const begun: SeededEvent[] = [
    { type: 'FollowRequested', data: request, meta: byFollower, at: at - 1 },
    { type: 'FollowAccepted', data: request, meta: '{}', at },
  ]
  if (ended === null) return begun
  const meta = ended.by === 'follower' ? byFollower : metaOf(people.ids.uuid(to))
  return [...begun, { type: 'FollowEnded', data: `{"by":"${ended.by}"}`, meta, at: ended.at }]
}

function metaOf(actor: Uuid): string {
  return `{"actor":"${actor}"}`
}
