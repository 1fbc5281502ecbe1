import { formatId, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import type { PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'
import type { PostFilter } from '../queries/lists.ts'
import { presentPosts } from './connections.ts'

type User = { id: Uuid }
type PostsArgs = PageArgs & { filter?: PostFilter | null }

export const User = {
  /** This service knows people by their ids only; whether one exists is for the users subgraph to say. */
  __resolveReference: ({ id }: { id: string }): User | null => {
    const uuid = parseIdOf('user', id)
    return uuid === null ? null : { id: uuid }
  },
  id: (user: User) => formatId('user', user.id),
  posts: async ({ id }: User, { filter, ...page }: PostsArgs, { loaders }: Context) =>
    presentPosts(await loaders.userPosts(id, page, [filter ?? 'ALL'])),
  postCount: ({ id }: User, _: unknown, { loaders }: Context) => loaders.postCounts.load(id),
}
