/**
 * A position in one log: everything up to and including `offset` has been read. Offsets begin at 1 in each epoch and have
 * no gaps. Epochs grow, but not by one. Both are whole numbers below 2^53.
 */
export type Position = { readonly epoch: number; readonly offset: number }

/** Compares two positions. Negative if `a` comes before `b`, 0 if they are equal. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch === b.epoch ? a.offset - b.offset : a.epoch - b.epoch
}
