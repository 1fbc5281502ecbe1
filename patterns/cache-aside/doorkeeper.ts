/** Remembers which keys were asked for lately, in little memory. */
export type Doorkeeper = {
  /** Whether the key was asked for before. It may be forgotten, and is seldom taken for another key. */
  saw(key: string): boolean
}

/**
 * A table of hashes, each in the only place where it can be, as TinyLFU has in front of its cache (Einziger, Friedman, Manes: "TinyLFU",
 * 2017). Values that are asked for only once then do not displace others.
 *
 * @param slots a power of two
 */
export function createDoorkeeper(slots = 65_536): Doorkeeper {
  const hashes = new Int32Array(slots)
  return {
    saw(key) {
      const hash = hashOf(key)
      const slot = hash & (slots - 1)
      const known = hashes[slot] === hash
      hashes[slot] = hash
      return known
    },
  }
}

/** The end of a key has the id or the variables, so it is enough. */
const LENGTH = 40

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), over units of UTF-16. Never 0, which stands for an empty slot. */
function hashOf(text: string): number {
  let hash = 0x81_1c_9d_c5 ^ text.length
  for (let i = Math.max(0, text.length - LENGTH); i < text.length; i++)
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93)
  return hash | 0 || 1
}
