type Path = readonly (string | number)[]
type Branch = { isEnd: boolean; next: Map<string | number, Branch> }

/** A set of paths in a response. Each lookup takes time proportional to the length of the path, not to the size of the set. */
export type PathSet = {
  /** The length of the longest member that is a proper prefix of the path. -1 if there is none. */
  longestAbove(path: Path): number
  /** Whether a member is a prefix of the path, or the path a prefix of a member. Members shorter than `least` do not count. */
  hasOnLine(path: Path, least?: number): boolean
}

export function pathSet(paths: Iterable<Path>): PathSet {
  const root = branch()
  for (const path of paths) {
    let at = root
    for (const element of path) {
      const next = at.next.get(element) ?? branch()
      at.next.set(element, next)
      at = next
    }
    at.isEnd = true
  }
  return {
    longestAbove(path) {
      let longest = -1
      let at: Branch | undefined = root
      for (let length = 0; at && length < path.length; length++) {
        if (at.isEnd) longest = length
        at = at.next.get(path[length] ?? '')
      }
      return longest
    },
    hasOnLine(path, least = 0) {
      let at: Branch | undefined = root
      for (let length = 0; at && length < path.length; length++) {
        if (at.isEnd && length >= least) return true
        at = at.next.get(path[length] ?? '')
      }
      // Every branch ends in a member, either here or further down.
      return at !== undefined && (at.isEnd || at.next.size > 0)
    },
  }
}

function branch(): Branch {
  return { isEnd: false, next: new Map() }
}
