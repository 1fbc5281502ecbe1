import type { GraphQLError } from 'graphql'
import { LRUCache } from 'lru-cache'
import { createHmac } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { mergeTokens, readToken, writeToken, type Token } from '../../patterns/change-log/index.ts'
import { apiError } from '../../platform/graphql/errors.ts'
import { cookiesNamed } from './cookies.ts'
import { NO_TOKEN, RequestConsistency } from './request-consistency.ts'
import { withFewerXids } from './shorten-token.ts'

/** Consistency information for the client. `header` has the same text as `extensions.consistency`. Null if there is no token. */
export type ConsistencyOutput = {
  header: string | null
  extensions: { consistency?: string; stale?: string[] }
}

/** Reads and writes the tokens of clients, which are signed texts. */
export type ClientTokens = {
  /** Null if the request has no token. An error if a token is invalid. */
  read(headers: IncomingHttpHeaders): RequestConsistency | GraphQLError | null
  /** Null if the request wrote nothing and saw no stale data. */
  write(consistency: RequestConsistency | null | undefined): ConsistencyOutput | null
}

/**
 * Maximum length of a header or cookie, in characters. Browsers do not store longer cookies. If all headers together have more
 * than 16,384 characters, node responds with status 431, which does not explain the problem to the client.
 */
const MAX_TEXT = 4_096

/** Maximum length of one token, in characters. Eight tokens, from concurrent mutations, fit into one header. */
const MAX_TOKEN = 500

/** Limits of the cache of parsed texts: their number and their characters. A client sends the same text until its next write. */
const REMEMBERED = { max: 1_000, maxSize: 1_048_576 }

/** @param secret the secret that the gateway shares with its subgraphs. The key of the clients' tokens is derived from it. */
export function clientTokens(secret: string): ClientTokens {
  const key = createHmac('sha256', secret).update('the consistency token of clients').digest('base64url')
  const read = new LRUCache<string, Token>(REMEMBERED)

  /** @returns the token, or the reason why the text is refused */
  function tokenIn(text: string): Token | string {
    const known = read.get(text)
    if (known) return known
    if (text.length > MAX_TEXT) return tooLong(text)
    let token = NO_TOKEN
    for (const one of text.split(',')) {
      const outcome = readToken(one.trim(), key)
      if (outcome.kind === 'invalid') return outcome.message
      token = mergeTokens(token, outcome.token)
    }
    read.set(text, token, { size: text.length + 1 })
    return token
  }

  function textOf(token: Token): string {
    const text = writeToken(token, key)
    const shorter = text.length > MAX_TOKEN ? withFewerXids(token) : null
    return shorter ? textOf(shorter) : text
  }

  return {
    read(headers) {
      const { cookie, [CONSISTENCY_HEADER]: header } = headers
      if (header === undefined && cookie === undefined) return null
      let token = NO_TOKEN
      for (const [place, text] of textsOf(header, cookie)) {
        const found = tokenIn(text)
        if (typeof found === 'string') return refuse(place, found)
        token = mergeTokens(token, found)
      }
      return token.size === 0 ? null : new RequestConsistency(token)
    },
    write(consistency) {
      if (!consistency) return null
      const kept = consistency.kept()
      const stale = consistency.stale()
      if (!kept && stale.length === 0) return null
      const header = kept && textOf(kept)
      return {
        header,
        extensions: { ...(header !== null && { consistency: header }), ...(stale.length > 0 && { stale }) },
      }
    },
  }
}

function tooLong({ length }: string): string {
  return (
    `it has ${length} characters, and at most ${MAX_TEXT} are accepted. Discard the tokens in it, and repeat the request. ` +
    'To stay below the limit, replace the tokens that were sent with a mutation by the token in its response.'
  )
}

type Place = 'header' | 'cookie'

function textsOf(
  header: string | string[] | undefined,
  cookie: string | undefined,
): (readonly [Place, string])[] {
  const texts: (readonly [Place, string])[] = []
  if (header !== undefined) texts.push(['header', String(header)])
  if (cookie !== undefined) {
    for (const value of cookiesNamed(CONSISTENCY_HEADER, cookie)) texts.push(['cookie', value])
  }
  return texts
}

function refuse(place: Place, reason: string): GraphQLError {
  const remedy = place === 'cookie' ? ' To send none, delete the cookie.' : ''
  return apiError('CONSISTENCY_TOKEN_INVALID', `The ${place} ${CONSISTENCY_HEADER}: ${reason}${remedy}`)
}
