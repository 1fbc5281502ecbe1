type Outcome = 'ok' | 'failed' | 'unknown'

/** The posts of one client, in the order in which it published them, as far as it can know. */
export type Shelf = {
  /** Called before the client publishes a post. Call the returned function with the outcome, and with the id if it is known. */
  publish(): (outcome: Outcome, id?: string) => void
  remove(id: string): (outcome: Outcome) => void
  /** Ids of the last known posts, deleted ones included. */
  recent(count: number): string[]
  /** What a read that begins now must return if a write may have been acknowledged this long before it. Milliseconds. */
  expect(lagMs: number): ShelfExpectation
}

export type ShelfExpectation = {
  /**
   * The faults of a completed read of the latest posts.
   *
   * @param ids newest first
   * @param whole whether older posts would be among them
   */
  faultsOf(ids: readonly string[], whole: boolean): string[]
  /** The least and the greatest possible number of posts. Null if it is not known. */
  count(): { least: number; most: number } | null
  /** Whether a completed read may have returned this post, and whether it may have returned that there is none. */
  mayShow(id: string): boolean
  mayMiss(id: string): boolean
}

type Life = {
  id: string
  generation: number
  publishedAt: number
  removal: { outcome: Outcome | 'pending'; endedAt: number } | null
}

/**
 * @param generation increases when the database is restored, which invalidates what was known before
 * @param clock monotonic, in milliseconds
 */
export function createShelf(generation: () => number, clock: () => number = () => performance.now()): Shelf {
  const lives = new Map<string, Life>()
  /** Posts that may exist, and have no known id. */
  let unknown = 0

  return {
    publish() {
      const begun = generation()
      unknown++
      return (outcome, id) => {
        if (outcome === 'failed') unknown--
        // The client may repeat it without the key, as another post.
        else if (outcome === 'unknown' || id === undefined || begun !== generation()) unknown++
        else {
          unknown--
          lives.set(id, { id, generation: begun, publishedAt: clock(), removal: null })
        }
      }
    },
    remove(id) {
      const removal: NonNullable<Life['removal']> = { outcome: 'pending', endedAt: 0 }
      const begun = generation()
      const life = lives.get(id)
      if (life) life.removal = removal
      return (outcome) => {
        removal.outcome = begun === generation() ? outcome : 'unknown'
        removal.endedAt = clock()
      }
    },
    recent(count) {
      const known = [...lives.values()].filter((life) => life.generation === generation())
      return known.slice(-count).map(({ id }) => id)
    },
    expect(lagMs) {
      const begun = generation()
      const by = clock() - lagMs
      const certain = () => begun === generation()
      const known = () => [...lives.values()].filter((life) => life.generation === begun)
      const isThere = ({ publishedAt, removal }: Life) => publishedAt <= by && removal === null
      const isGone = ({ removal }: Life) => removal?.outcome === 'ok' && removal.endedAt <= by
      const find = (id: string) => known().find((life) => life.id === id)
      return {
        faultsOf(ids, whole) {
          if (!certain()) return []
          const shown = new Set(ids)
          const all = known()
          const oldest = all.findIndex(({ id }) => shown.has(id))
          return all.flatMap((life, i) => {
            if (shown.has(life.id)) return isGone(life) ? [`${life.id} was deleted, and is listed`] : []
            const inPage = whole || (oldest >= 0 && i > oldest)
            return inPage && isThere(life) ? [`${life.id} was published, and is not listed`] : []
          })
        },
        count() {
          if (!certain() || begun !== 0) return null
          const all = known()
          const left = all.filter((life) => !isGone(life))
          return { least: all.filter(isThere).length, most: left.length + unknown }
        },
        mayShow(id) {
          const life = find(id)
          return !certain() || !life || !isGone(life)
        },
        mayMiss(id) {
          const life = find(id)
          return !certain() || !life || !isThere(life)
        },
      }
    },
  }
}
