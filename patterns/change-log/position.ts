/**
 * A place in one log: everything up to and including `offset` has been read. Offsets are dense within an epoch and
 * begin at 1; epochs grow, not by one. Both are whole numbers below 2^53.
 */
export type Position = { readonly epoch: number; readonly offset: number }

/** Negative when `a` comes before `b`. */
export function comparePositions(a: Position, b: Position): number {
  return a.epoch === b.epoch ? a.offset - b.offset : a.epoch - b.epoch
}
