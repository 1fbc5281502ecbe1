/** A seeded source of choices. */
export type Random = {
  /** A whole number in `[0, below)`. */
  int: (below: number) => number
  chance: (percent: number) => boolean
  pick: <Item>(items: readonly Item[]) => Item
}

/** mulberry32 (Tommy Ettinger, public domain): small, and good enough to choose with. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const int = (below: number) => Math.floor(next() * below)
  return {
    int,
    chance: (percent) => next() * 100 < percent,
    pick: <Item>(items: readonly Item[]) => items[int(items.length)] as Item,
  }
}

/** FNV-1a with a finaliser: what the values of the random graphs are made from. */
export function hash(text: string): number {
  let state = 0x811c9dc5
  for (let i = 0; i < text.length; i++) state = Math.imul(state ^ text.charCodeAt(i), 0x01000193)
  state ^= state >>> 15
  state = Math.imul(state, 0x2c1b3c6d)
  return (state ^ (state >>> 12)) >>> 0
}
