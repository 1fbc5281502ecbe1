import type { TokenEntry } from '../../contracts/consistency.ts'
import { mergeTokens, type Token, writesOf } from '../../patterns/change-log/index.ts'

/** What one client request knows of writes: its client's before it, and its own so far. */
export class RequestConsistency {
  readonly #asked: Token
  #written: Token = NO_TOKEN
  #known: Token
  #text: string | null = null
  #behind: Set<string> | null = null

  /** @param asked the token that the client sent */
  constructor(asked: Token) {
    this.#asked = asked
    this.#known = asked
  }

  /** What the next request to an internal subgraph carries, as JSON of `TokenEntry[]`; null: nothing is known. */
  get handedOn(): string | null {
    if (this.#known.size === 0) return null
    return (this.#text ??= JSON.stringify(entriesOf(this.#known)))
  }

  /** Takes what a subgraph has written for this request. */
  recordWrites(entries: readonly TokenEntry[]): void {
    this.#written = mergeTokens(this.#written, tokenFrom(entries))
    this.#known = afterWriting(this.#asked, this.#written)
    this.#text = null
  }

  /** Takes the names of databases of which a subgraph showed a copy that is behind. */
  showedStale(databases: readonly string[]): void {
    this.#behind ??= new Set()
    for (const database of databases) this.#behind.add(database)
  }

  /** What the client is to keep instead of the token it sent; null when this request has written nothing. */
  kept(): Token | null {
    return this.#written.size === 0 ? null : this.#known
  }

  /** In the alphabet's order. */
  stale(): string[] {
    return [...(this.#behind ?? [])].toSorted()
  }
}

export const NO_TOKEN: Token = new Map()

/**
 * The token of a client that asked with `asked`, once its request has written. A transaction of the request began after the
 * gateway had the token, so after what the token names was committed: whoever sees the new xid sees all of that. So new xids
 * take the place of those of the same database and epoch, and tokens stay short. docs/adr/0007-consistency-token.md
 */
function afterWriting(asked: Token, written: Token): Token {
  const left = new Map(asked)
  for (const [database, { epoch }] of written) if (asked.get(database)?.epoch === epoch) left.delete(database)
  return mergeTokens(left, written)
}

function tokenFrom(entries: readonly TokenEntry[]): Token {
  return entries
    .map(([database, epoch, xids, floor]): Token => new Map([[database, writesOf(epoch, xids, floor)]]))
    .reduce(mergeTokens, NO_TOKEN)
}

/** Without floors: a subgraph compares xids, and nothing else. */
function entriesOf(token: Token): TokenEntry[] {
  return [...token].map(([database, { epoch, xids }]) => [
    database,
    epoch,
    xids === 'source' ? null : [...xids],
  ])
}
