import { textFault } from '../../../contracts/input.ts'
import type { Connection, PageArgs } from '../../../patterns/pagination/index.ts'
import { apiError } from '../../../platform/graphql/errors.ts'
import type { User } from '../domain/user.ts'
import { wordsOf } from '../domain/words.ts'
import type { Loaders } from './loaders.ts'

const MAX_QUERY = 50

/** @throws GraphQLError with code BAD_USER_INPUT when the text or the page is not acceptable */
export function searchUsers(loaders: Loaders, query: string, page: PageArgs): Promise<Connection<User>> {
  const fault = textFault(query, 1, MAX_QUERY)
  if (fault) throw apiError('BAD_USER_INPUT', `query: ${fault}`)
  const text = query.trim().toLowerCase()
  return loaders.search()(text, page, toTsquery(wordsOf(text)))
}

/** `['al', 'b']` → `'al':* & 'b':*`. Words contain no quote and no backslash, so nothing needs to be escaped. */
function toTsquery(words: readonly string[]): string {
  return words.map((word) => `'${word}':*`).join(' & ')
}
