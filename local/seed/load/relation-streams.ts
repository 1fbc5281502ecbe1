import { RELATION_SCHEMAS } from '../../../subgraphs/followers/domain/relation.ts'
import { follows } from '../activity.ts'
import type { EdgeList } from '../graph/edge-list.ts'
import type { People } from '../people.ts'
import type { Table } from './copy-rows.ts'

/**
 * The streams of the seeded follows: a request, and 1 ms later its acceptance, when the follow began. The default of the
 * other column is correct: the transaction's xid.
 */
export function relationStreams(people: People, edges: EdgeList, seed: number): Table {
  return {
    target: 'stream_event (stream, version, type, schema, data, meta, recorded_at)',
    *rows(writer) {
      for (const { from, to, at, requestId } of follows(people, edges, seed)) {
        const stream = `${people.ids.global('user', from)}>${people.ids.global('user', to)}`
        const data = `{"requestId":"${requestId}"}`
        for (const [version, type] of EVENTS) {
          writer.row(7)
          writer.text(stream)
          writer.integer(version)
          writer.text(type)
          writer.integer(RELATION_SCHEMAS[type].schema)
          writer.jsonb(data)
          writer.jsonb('{}')
          writer.time(at - 2 + version)
          yield
        }
      }
    },
  }
}

const EVENTS = [
  [1, 'FollowRequested'],
  [2, 'FollowAccepted'],
] as const
