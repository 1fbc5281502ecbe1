import { formatId, parseIdOf } from '../../../contracts/ids.ts'
import { presentConnection, type PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'
import type { User } from '../domain/user.ts'
import type { SessionRow } from '../queries/session-list.ts'

export const Viewer = {
  /** The viewer is the signed-in user. Any other id gives null. */
  __resolveReference: ({ id }: { id: string }, { viewer, loaders }: Context): Promise<User | null> | null => {
    const uuid = parseIdOf('viewer', id)
    return uuid !== null && uuid === viewer?.id ? loaders.byId.load(uuid) : null
  },
  id: ({ id }: User) => formatId('viewer', id),
  user: (user: User) => user,
  sessions: async ({ id }: User, args: PageArgs, { loaders, clock }: Context) =>
    presentConnection(await loaders.sessions(id, args, [new Date(clock()).toISOString()]), (session) => ({
      node: session,
    })),
  followRequests: async ({ id }: User, args: PageArgs, { loaders, requestsFresh }: Context) => {
    await requestsFresh()
    return presentConnection(await loaders.followRequests(id, args), (request) => ({
      requestedAt: request.requested_at,
      node: loaders.byId.load(request.follower_id),
    }))
  },
}

export const ViewerSession = {
  id: ({ id }: SessionRow) => formatId('session', id),
  createdAt: (session: SessionRow) => session.created_at,
  refreshedAt: (session: SessionRow) => session.refreshed_at,
  expiresAt: (session: SessionRow) => session.expires_at,
  isCurrent: ({ id }: SessionRow, _: unknown, { viewer }: Context) => id === viewer?.session,
}
