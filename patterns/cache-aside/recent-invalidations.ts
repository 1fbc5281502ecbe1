/**
 * The last invalidations in the log of one database, and the offset of each. The list is bounded: it knows nothing about
 * invalidations up to its floor.
 */
export type RecentInvalidations = {
  add(facet: string, offset: number): void
  /** Forgets all facets: every value that was read before this offset counts as invalidated. */
  raiseFloor(offset: number): void
  /** Whether a value that rests on these facets, and was read at `offset` or later, may have been invalidated since. */
  mayHaveChanged(facets: readonly string[], offset: number): boolean
}

/** @param limit maximum number of facets. Beyond it, the oldest tenth is forgotten */
export function recentInvalidations(floor: number, limit: number): RecentInvalidations {
  /** In the order of their offsets. */
  const offsets = new Map<string, number>()
  let latest = floor

  /** Many at once: V8 keeps the places of deleted keys for a while, and passes over all of them to find the oldest key. */
  function forget(count: number): void {
    let left = count
    for (const [facet, offset] of offsets) {
      if (left-- === 0) return
      offsets.delete(facet)
      floor = offset
    }
  }

  return {
    add(facet, offset) {
      offsets.delete(facet)
      offsets.set(facet, offset)
      latest = offset
      if (offsets.size > limit) forget(Math.max(1, Math.ceil(limit / 10)))
    },
    raiseFloor(offset) {
      offsets.clear()
      floor = offset
    },
    mayHaveChanged(facets, offset) {
      if (offset < floor) return true
      // Nothing at all was invalidated since: the usual case.
      return offset < latest && facets.some((facet) => (offsets.get(facet) ?? 0) > offset)
    },
  }
}
