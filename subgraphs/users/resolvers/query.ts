import type { PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'
import { isHandle, normalizeHandle } from '../domain/handle.ts'
import { searchUsers } from '../queries/search.ts'

export const Query = {
  viewer: (_: unknown, __: unknown, { loaders, viewer }: Context) => viewer && loaders.byId.load(viewer.id),
  user: (_: unknown, args: { handle: string }, { loaders }: Context) => {
    const handle = normalizeHandle(args.handle)
    return isHandle(handle) ? loaders.byHandle.load(handle) : null
  },
  searchUsers: async (_: unknown, { query, ...page }: PageArgs & { query: string }, { loaders }: Context) => {
    const { edges, pageInfo } = await searchUsers(loaders, query, page)
    const presented = edges.map(({ cursor, row }) => ({ cursor, node: row }))
    return { edges: presented, nodes: presented.map(({ node }) => node), pageInfo }
  },
}
