import { failpointPieces } from './failpoints.ts'
import { patch, type Piece } from './patch.ts'
import { plantPieces } from './plants.ts'

/** Changes the text of one file. */
export type Change = (source: string) => string

/** A cache waits for Redis as long as it takes: on a busy machine, a timeout must not decide what a scenario finds. */
const PATIENT = {
  name: 'patience',
  piece: {
    file: 'gateway/cache/guard-redis.ts',
    find: 'const TIMEOUT_MS = 50',
    replace: 'const TIMEOUT_MS = 10_000',
  },
}

/**
 * The changes, by file. Failpoints are inserted first, so that a bug can be planted around them.
 *
 * @throws Error naming a plant that does not exist
 */
export function changesOf(
  plants: readonly string[],
  failpoints: boolean,
  patient = false,
): ReadonlyMap<string, Change> {
  const pieces = [
    ...(failpoints ? failpointPieces() : []),
    ...(patient ? [PATIENT] : []),
    ...plants.flatMap(plantPieces),
  ]
  const byFile = Map.groupBy(pieces, ({ piece }) => piece.file)
  return new Map([...byFile].map(([file, own]) => [file, (source) => applyAll(source, own)]))
}

function applyAll(source: string, pieces: readonly { name: string; piece: Piece }[]): string {
  return pieces.reduce((text, { name, piece }) => patch(text, piece, name), source)
}
