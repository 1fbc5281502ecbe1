/** Reproducible random numbers: the same seed and label give the same sequence on every machine. */
export type Random = {
  /** A whole number in `[0, 2³²)`. */
  uint32(): number
  /** A number in `[0, 1)` with a resolution of 32 bits. */
  float(): number
  /** A whole number in `[0, bound)`; `bound` is at most 2³². */
  below(bound: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  /** Fills the array with random bytes, and returns it. */
  bytes(target: Uint8Array): Uint8Array
}

/**
 * xoshiro128** (https://prng.di.unimi.it/xoshiro128starstar.c), with a state filled by splitmix32.
 *
 * @param label names the purpose. Each purpose has its own sequence, so that a change of one does not affect another.
 */
export function createRandom(seed: number, label: string): Random {
  let mix = seed >>> 0
  for (const char of label) mix = splitmix32(mix ^ (char.codePointAt(0) ?? 0))
  let [a, b, c, d] = [1, 2, 3, 4].map((i) => splitmix32(mix + Math.imul(i, 0x9e3779b9))) as [
    number,
    number,
    number,
    number,
  ]

  function uint32(): number {
    const scrambled = Math.imul(rotate(Math.imul(b, 5), 7), 9)
    const t = b << 9
    c ^= a
    d ^= b
    b ^= c
    a ^= d
    c ^= t
    d = rotate(d, 11)
    return scrambled >>> 0
  }
  const float = () => uint32() / 2 ** 32
  const below = (bound: number) => Math.floor(float() * bound)
  return {
    uint32,
    float,
    below,
    chance: (probability) => float() < probability,
    pick: <T>(items: readonly T[]) => items[below(items.length)] as T,
    bytes(target) {
      for (let i = 0; i < target.length; i++) target[i] = uint32() >>> 24
      return target
    },
  }
}

/** A uuid of version 4 (https://www.rfc-editor.org/rfc/rfc9562#name-uuid-version-4). */
export function randomUuid(random: Random): string {
  const hex = (value: number) => (value + 2 ** 32).toString(16).slice(1)
  const [a, b, c, d] = [random.uint32(), random.uint32(), random.uint32(), random.uint32()]
  const [second, third] = [hex(((b & 0xffff0fff) | 0x4000) >>> 0), hex(((c & 0x3fffffff) | 0x80000000) >>> 0)]
  return `${hex(a)}-${second.slice(0, 4)}-${second.slice(4)}-${third.slice(0, 4)}-${third.slice(4)}${hex(d)}`
}

/** Shuffles the items in place (Fisher–Yates). */
export function shuffle(items: Uint32Array | Float64Array, random: Random): void {
  for (let i = items.length - 1; i > 0; i--) {
    const j = random.below(i + 1)
    const item = items[i] ?? 0
    items[i] = items[j] ?? 0
    items[j] = item
  }
}

function rotate(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits))
}

/** https://github.com/bryc/code/blob/master/jshash/PRNGs.md#splitmix32 */
function splitmix32(seed: number): number {
  let value = (seed + 0x9e3779b9) | 0
  value = Math.imul(value ^ (value >>> 16), 0x21f0aaad)
  value = Math.imul(value ^ (value >>> 15), 0x735a2d97)
  return (value ^ (value >>> 15)) >>> 0
}
