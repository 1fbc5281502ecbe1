import { isDeepStrictEqual } from 'node:util'
import type { Sql } from '../../../contracts/sql.ts'
import type { StoredEvent } from '../event.ts'
import { UnreadableEventError, upcastStream } from '../schemas.ts'
import type { Difference, StreamProjection } from './stream-projection.ts'

export type ComparedStreams<Rows> = {
  events: number
  differences: Difference<Rows>[]
  /** Why streams could not be folded: one message for each. */
  unreadable: string[]
}

/** Folds streams and compares them with what the tables hold. The events and the rows must be of one state of the database. */
export async function compareStreams<State, Rows>(
  tx: Sql,
  projection: StreamProjection<State, Rows>,
  streams: ReadonlyMap<string, readonly StoredEvent[]>,
): Promise<ComparedStreams<Rows>> {
  const held = await projection.readRows(tx, [...streams.keys()])
  const compared: ComparedStreams<Rows> = { events: 0, differences: [], unreadable: [] }
  for (const [stream, events] of streams) {
    compared.events += events.length
    try {
      const expected = rowsAfter(projection, stream, events)
      const found = held.get(stream) ?? null
      if (!isDeepStrictEqual(expected, found)) compared.differences.push({ stream, expected, found })
    } catch (error) {
      if (!(error instanceof UnreadableEventError)) throw error
      compared.unreadable.push(error.message)
    }
  }
  return compared
}

function rowsAfter<State, Rows>(
  { schemas, initial, evolve, rowsOf }: StreamProjection<State, Rows>,
  stream: string,
  stored: readonly StoredEvent[],
): Rows | null {
  let state = initial
  for (const event of upcastStream(stored, schemas)) state = evolve(state, event)
  return rowsOf(state, stream)
}
