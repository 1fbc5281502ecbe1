import { formatId, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import type { PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'
import type { PostFilter } from '../queries/lists.ts'
import type { Author } from '../authors/request-authors.ts'
import { apiError } from '../../../platform/graphql/errors.ts'
import { presentPosts } from './connections.ts'

type User = { id: Uuid }
type PostsArgs = PageArgs & { filter: PostFilter }

export const User = {
  /** This service knows only the ids of users. The users subgraph knows whether a user exists. */
  __resolveReference: ({ id }: { id: string }): User | null => {
    const uuid = parseIdOf('user', id)
    return uuid === null ? null : { id: uuid }
  },
  id: (user: User) => formatId('user', user.id),
  /** Owned by the users subgraph; this service has a copy. */
  handle: async (user: User, _: unknown, context: Context) => (await copyOf(user, context)).handle,
  name: async (user: User, _: unknown, context: Context) => (await copyOf(user, context)).name,
  posts: async ({ id }: User, { filter, ...page }: PostsArgs, { loaders }: Context) =>
    presentPosts(await loaders.userPosts(id, page, [filter])),
  postCount: ({ id }: User, _: unknown, { loaders }: Context) => loaders.postCounts.load(id),
}

/** @throws GraphQLError: `handle` and `name` become null, and with them the user */
async function copyOf({ id }: User, { loaders }: Context): Promise<Author> {
  const author = await loaders.authors.load(id)
  if (author) return author
  throw apiError(
    'NOT_FOUND',
    `The posts service does not know the handle and name of ${formatId('user', id)}. ` +
      'Either the user signed up a moment ago: try again soon. Or no user has this id.',
  )
}
