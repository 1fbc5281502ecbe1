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

/** What a request's answer tells the client; `header` is the same text as `extensions.consistency`. */
export type Told = { header: string | null; extensions: { consistency?: string; stale?: string[] } }

/** Tokens as clients hold them: signed text. */
export type ClientTokens = {
  /** Null when the request brings none; an error for one that is not ours. */
  read(headers: IncomingHttpHeaders): RequestConsistency | GraphQLError | null
  /** Null when there is nothing to tell. */
  tell(consistency: RequestConsistency | null | undefined): Told | null
}

/**
 * The most characters of a header or cookie. Browsers keep no longer cookie, and node answers 431 to more than 16,384 of all
 * headers together, which tells a client nothing.
 */
const MAX_TEXT = 4_096

/** The most characters of one token: eight of them, from mutations that ran at the same time, fit into one header. */
const MAX_TOKEN = 500

/** Texts that were read already, and their characters: a client sends the same one until its next write. */
const REMEMBERED = { max: 1_000, maxSize: 1_048_576 }

/** @param secret what the gateway shares with its subgraphs; a key of our own is made of it */
export function clientTokens(secret: string): ClientTokens {
  const key = createHmac('sha256', secret).update('the consistency token of clients').digest('base64url')
  const read = new LRUCache<string, Token>(REMEMBERED)

  /** @returns why it is refused, as text */
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
    tell(consistency) {
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
    `it has ${length} characters, and at most ${MAX_TEXT} are read. Forget the tokens in it, and repeat the request. ` +
    'To stay below, replace the tokens that a mutation was sent with by the one in its answer.'
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
