import { presentConnection, type PageArgs } from '../../../patterns/pagination/index.ts'
import { apiError } from '../../../platform/graphql/errors.ts'
import type { Context } from '../context.ts'
import { handleFault, normalizeHandle } from '../domain/handle.ts'
import { searchUsers } from '../queries/search.ts'

export const Query = {
  viewer: (_: unknown, __: unknown, { loaders, viewer }: Context) => viewer && loaders.byId.load(viewer.id),
  user: (_: unknown, args: { handle: string }, { loaders }: Context) => {
    const handle = normalizeHandle(args.handle)
    const fault = handleFault(handle)
    if (fault !== null) throw apiError('BAD_USER_INPUT', `\`handle\`: ${fault}`)
    return loaders.byHandle.load(handle)
  },
  searchUsers: async (_: unknown, { query, ...page }: PageArgs & { query: string }, { loaders }: Context) =>
    presentConnection(await searchUsers(loaders, query, page), (user) => ({ node: user })),
}
