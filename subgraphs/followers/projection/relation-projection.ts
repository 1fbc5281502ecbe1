import { isDeepStrictEqual } from 'node:util'
import type { StreamProjection } from '../../../patterns/event-store/index.ts'
import { RELATION_SCHEMAS } from '../domain/relation.ts'
import { followCounts } from './count-tables.ts'
import { foldPair, NO_ROWS, type PairRows } from './fold-pair.ts'
import { readPairs, repairPairs } from './pair-tables.ts'

/** The tables of relations: periods, open requests, blocks and counts, as they follow from the streams of pairs. */
export const relationProjection: StreamProjection<PairRows, PairRows> = {
  schemas: RELATION_SCHEMAS,
  initial: NO_ROWS,
  evolve: foldPair,
  rowsOf: (rows) => (isDeepStrictEqual(rows, NO_ROWS) ? null : rows),
  readRows: readPairs,
  repair: repairPairs,
  // Rows of a pair without a stream are follows and blocks that are older than the event store, and not imported yet. So they
  // are neither reported nor removed.
  listStreams: async () => [],
  counters: followCounts,
  refusal: async () => null,
}
