import type { TokenEntry } from '../../contracts/consistency.ts'
import { mergeTokens, type Token, writesOf } from '../../patterns/change-log/index.ts'

/** The writes that one client request must see: the earlier writes of its client, and its own so far. */
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

  /** The writes that this request must see: those of the token that the client sent, and its own so far. */
  get known(): Token {
    return this.#known
  }

  /** The writes for the next request to an internal subgraph, as JSON of `TokenEntry[]`. Null if no writes are known. */
  get handedOn(): string | null {
    if (this.#known.size === 0) return null
    return (this.#text ??= JSON.stringify(entriesOf(this.#known)))
  }

  /** Adds the writes that a subgraph made for this request. */
  recordWrites(entries: readonly TokenEntry[]): void {
    this.#written = mergeTokens(this.#written, tokenFrom(entries))
    this.#known = afterWriting(this.#asked, this.#written)
    this.#text = null
  }

  /** Adds the names of databases. A subgraph has used copies of them that are out of date. */
  showedStale(databases: readonly string[]): void {
    this.#behind ??= new Set()
    for (const database of databases) this.#behind.add(database)
  }

  /** The token that replaces the client's token. Null if this request has written nothing. */
  kept(): Token | null {
    return this.#written.size === 0 ? null : this.#known
  }

  /** Names of the databases with stale copies, in alphabetical order. */
  stale(): string[] {
    return [...(this.#behind ?? [])].toSorted()
  }
}

export const NO_TOKEN: Token = new Map()

/**
 * The client's new token after its request has written. `asked` is the token that it sent. Each transaction of the request began
 * after the gateway received `asked`, so after the writes in `asked` were committed. A reader that sees the new xid therefore
 * sees all of those writes. So new xids replace the xids of the same database and epoch, and tokens stay short. See
 * docs/adr/0007-consistency-token.md.
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

/** The entries have no floors, because a subgraph compares only xids. */
function entriesOf(token: Token): TokenEntry[] {
  return [...token].map(([database, { epoch, xids }]) => [
    database,
    epoch,
    xids === 'source' ? null : [...xids],
  ])
}
