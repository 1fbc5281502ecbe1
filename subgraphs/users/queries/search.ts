import { textFault } from '../../../contracts/input.ts'
import type { Connection, PageArgs } from '../../../patterns/pagination/index.ts'
import { apiError } from '../../../platform/graphql/errors.ts'
import type { User } from '../domain/user.ts'
import type { Loaders } from './loaders.ts'

/** As long as a name, so that each name can be found by its own text. */
const MAX_QUERY = 100

/** @throws GraphQLError with code BAD_USER_INPUT if the text or the page arguments are invalid */
export function searchUsers(loaders: Loaders, query: string, page: PageArgs): Promise<Connection<User>> {
  const fault = textFault(query.normalize('NFC'), 1, MAX_QUERY)
  if (fault) throw apiError('BAD_USER_INPUT', `query: ${fault}`)
  const text = query.trim().toLowerCase()
  return loaders.search()(text, page)
}
