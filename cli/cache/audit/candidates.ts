import type { EventRecord } from '../../../patterns/change-log/index.ts'
import type { Random } from '../../../local/seed/random.ts'

/** What can be read. The handle of a user is null if no event had it. */
export type Candidate = { kind: 'user'; id: string; handle: string | null } | { kind: 'post'; id: string }

/** Number of the last events from which recently written objects are drawn. */
const RECENT = 1_000

/** Fields of payloads that have ids. */
const USER_FIELDS = ['userId', 'authorId', 'followerId', 'followeeId'] as const

/** The users and posts that events name. */
export class Candidates {
  readonly #byId = new Map<string, Candidate>()
  readonly #all: Candidate[] = []
  #recent: Candidate[] = []

  get size(): number {
    return this.#all.length
  }

  add({ payload }: EventRecord): void {
    if (typeof payload !== 'object' || payload === null) return
    const fields = payload as Readonly<Record<string, unknown>>
    for (const field of USER_FIELDS) {
      const id = fields[field]
      if (typeof id !== 'string') continue
      const user = this.#find(id, () => ({ kind: 'user', id, handle: null }))
      if (user.kind === 'user' && typeof fields['handle'] === 'string') user.handle = fields['handle']
      this.#recent.push(user)
    }
    const postId = fields['postId']
    if (typeof postId === 'string')
      this.#recent.push(this.#find(postId, () => ({ kind: 'post', id: postId })))
    const previous = fields['previousHandle']
    // The handle that a user gave up, as somebody whom nothing renames.
    if (typeof previous === 'string')
      this.#recent.push({ kind: 'user', id: `formerly ${previous}`, handle: previous })
    if (this.#recent.length > 2 * RECENT) this.#recent = this.#recent.slice(-RECENT)
  }

  /** Draws one: half of the time among the last that were written, else among all. The draws follow a Zipf distribution. */
  draw(random: Random): Candidate {
    const { length } = this.#recent
    const [items, rank] = random.chance(0.5)
      ? [this.#recent, length - 1 - zipfRank(Math.min(length, RECENT), random.float())]
      : [this.#all, zipfRank(this.#all.length, random.float())]
    const drawn = items[rank]
    if (!drawn) throw new RangeError('no event has named anything yet')
    return drawn
  }

  #find(id: string, make: () => Candidate): Candidate {
    let found = this.#byId.get(id)
    if (!found) {
      this.#byId.set(id, (found = make()))
      this.#all.push(found)
    }
    return found
  }
}

/**
 * A rank in `[0, count)` whose probability is about proportional to 1/(rank + 1).
 *
 * @param share a random number in `[0, 1)`
 */
function zipfRank(count: number, share: number): number {
  return Math.floor((count + 1) ** share) - 1
}
