import { presentConnection, type PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'
import { isHandle, normalizeHandle } from '../domain/handle.ts'
import { searchUsers } from '../queries/search.ts'

export const Query = {
  viewer: (_: unknown, __: unknown, { loaders, viewer }: Context) => viewer && loaders.byId.load(viewer.id),
  user: (_: unknown, args: { handle: string }, { loaders }: Context) => {
    const handle = normalizeHandle(args.handle)
    return isHandle(handle) ? loaders.byHandle.load(handle) : null
  },
  searchUsers: async (_: unknown, { query, ...page }: PageArgs & { query: string }, { loaders }: Context) =>
    presentConnection(await searchUsers(loaders, query, page), (user) => ({ node: user })),
}
