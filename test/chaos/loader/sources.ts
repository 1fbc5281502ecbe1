import { failpointPieces } from './failpoints.ts'
import { patch, type Piece } from './patch.ts'
import { plantPieces } from './plants.ts'

/** Changes the text of one file. */
export type Change = (source: string) => string

/**
 * The changes, by file. Failpoints are inserted first, so that a bug can be planted around them.
 *
 * @throws Error naming a plant that does not exist
 */
export function changesOf(plants: readonly string[], failpoints: boolean): ReadonlyMap<string, Change> {
  const pieces = [...(failpoints ? failpointPieces() : []), ...plants.flatMap(plantPieces)]
  const byFile = Map.groupBy(pieces, ({ piece }) => piece.file)
  return new Map([...byFile].map(([file, own]) => [file, (source) => applyAll(source, own)]))
}

function applyAll(source: string, pieces: readonly { name: string; piece: Piece }[]): string {
  return pieces.reduce((text, { name, piece }) => patch(text, piece, name), source)
}
