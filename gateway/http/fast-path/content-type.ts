import { LRUCache } from 'lru-cache'
import Negotiator from 'negotiator'

/** What an answer may be, in the order of preference; Apollo Server chooses among the same by the same means. */
const OFFERED = [
  'application/json; charset=utf-8',
  'application/graphql-response+json; charset=utf-8',
  'application/json; callbackSpec=1.0; charset=utf-8',
]

/** `Accept` headers whose negotiated type is remembered: clients have few. */
const REMEMBERED = 500
const chosen = new LRUCache<string, { type: string | null }>({ max: REMEMBERED })

/** The media type of the answer for an `Accept` header; null: the client takes none that there is. */
export function chooseContentType(accept: string | undefined): string | null {
  if (!accept) return OFFERED[0] ?? null
  const known = chosen.get(accept)
  if (known) return known.type
  const type = new Negotiator({ headers: { accept } }).mediaType(OFFERED) ?? null
  chosen.set(accept, { type })
  return type
}
