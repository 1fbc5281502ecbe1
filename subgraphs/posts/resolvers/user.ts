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
  /** This service knows people by their ids only; whether one exists is for the users subgraph to say. */
  __resolveReference: ({ id }: { id: string }): User | null => {
    const uuid = parseIdOf('user', id)
    return uuid === null ? null : { id: uuid }
  },
  id: (user: User) => formatId('user', user.id),
  /** Of the users subgraph: this one has copies. */
  handle: async (user: User, _: unknown, context: Context) => (await copyOf(user, context)).handle,
  name: async (user: User, _: unknown, context: Context) => (await copyOf(user, context)).name,
  posts: async ({ id }: User, { filter, ...page }: PostsArgs, { loaders }: Context) =>
    presentPosts(await loaders.userPosts(id, page, [filter])),
  postCount: ({ id }: User, _: unknown, { loaders }: Context) => loaders.postCounts.load(id),
}

/** @throws GraphQLError that costs handle and name, and with them the person, but nothing else */
async function copyOf({ id }: User, { loaders }: Context): Promise<Author> {
  const author = await loaders.authors.load(id)
  if (author) return author
  throw apiError(
    'NOT_FOUND',
    `The posts service does not know the handle and name of ${formatId('user', id)}. ` +
      'They signed up a moment ago and it learns of them soon: try again; or there is nobody with this id.',
  )
}
