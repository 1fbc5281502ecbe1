/** A set of pairs of whole numbers below 2²⁶. A pair takes 16 to 32 bytes, a tenth of what a JS `Set` of strings takes. */
export type PairSet = {
  readonly size: number
  /** Adds the pair. Returns false if the set already contains it. */
  add(first: number, second: number): boolean
  has(first: number, second: number): boolean
}

const EMPTY = -1

/** Uses open addressing with linear probing, and grows when half full. */
export function createPairSet(expected: number): PairSet {
  let slots = new Float64Array(2 ** Math.ceil(Math.log2(Math.max(expected, 8) * 2))).fill(EMPTY)
  let size = 0

  function find(key: number): number {
    let slot = hash(key) & (slots.length - 1)
    while (slots[slot] !== EMPTY && slots[slot] !== key) slot = (slot + 1) & (slots.length - 1)
    return slot
  }
  function grow(): void {
    const full = slots
    slots = new Float64Array(full.length * 2).fill(EMPTY)
    for (const key of full) if (key !== EMPTY) slots[find(key)] = key
  }
  return {
    get size() {
      return size
    },
    has: (first, second) => slots[find(keyOf(first, second))] !== EMPTY,
    add(first, second) {
      const key = keyOf(first, second)
      const slot = find(key)
      if (slots[slot] === key) return false
      slots[slot] = key
      if (++size * 2 > slots.length) grow()
      return true
    },
  }
}

function keyOf(first: number, second: number): number {
  return first * 2 ** 26 + second
}

/** The finaliser of MurmurHash3, applied to both halves of the key. */
function hash(key: number): number {
  let value = ((key % 2 ** 32) | 0) ^ Math.imul(Math.floor(key / 2 ** 32), 0x9e3779b9)
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35)
  return value ^ (value >>> 16)
}
