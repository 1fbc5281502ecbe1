import { formatId, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import { idFault } from '../../../contracts/input.ts'
import { presentConnection, type PageArgs } from '../../../patterns/pagination/index.ts'
import { apiError } from '../../../platform/graphql/errors.ts'
import type { Context } from '../context.ts'
import type { AudienceInterval } from '../domain/audience.ts'
import { streamOf } from '../domain/events.ts'
import { presentFollows, presentHistory } from './connections.ts'
import { pastTime } from './past-time.ts'

type Viewer = { id: Uuid }
/** `asOf`: as the client sent it. */
type AsOfArgs = PageArgs & { asOf?: unknown }
type AudienceArgs = { from: unknown; to: unknown; by: AudienceInterval }

export const Viewer = {
  /** The viewer is the signed-in user. Any other id gives null. */
  __resolveReference: ({ id }: { id: string }, { viewer }: Context): Viewer | null => {
    const uuid = parseIdOf('viewer', id)
    return uuid !== null && uuid === viewer ? { id: uuid } : null
  },
  id: ({ id }: Viewer) => formatId('viewer', id),
  followers: asOf('followers', 'followersAsOf'),
  following: asOf('following', 'followingAsOf'),
  audience: async ({ id }: Viewer, { from, to, by }: AudienceArgs, { loaders, clock }: Context) => {
    const range = { from: pastTime('from', from, clock), to: pastTime('to', to, clock), by }
    await loaders.historyReady()
    return loaders.audience(id, range)
  },
  followHistory: async (
    { id }: Viewer,
    { userId, ...page }: PageArgs & { userId: string },
    { loaders }: Context,
  ) => {
    const other = parseIdOf('user', userId)
    if (other === null) throw apiError('BAD_USER_INPUT', `userId: ${idFault('user', userId)}`)
    if (other === id) throw apiError('BAD_USER_INPUT', "userId: This is you. Pass another user's id.")
    await loaders.historyReady()
    const own = { follower: id, followee: other }
    const reverse = { follower: other, followee: id }
    return presentHistory(await loaders.history(streamOf(own), page, [streamOf(reverse)]), own)
  },
  blocking: async ({ id }: Viewer, args: PageArgs, { loaders }: Context) =>
    presentConnection(await loaders.blocking(id, args), (row) => ({
      blockedAt: row.blocked_at,
      node: { id: row.user_id },
    })),
}

/** A list as it is now, or as it was. */
function asOf(today: 'followers' | 'following', past: 'followersAsOf' | 'followingAsOf') {
  return async ({ id }: Viewer, { asOf: time, ...page }: AsOfArgs, { loaders, clock }: Context) => {
    if (time == null) return presentFollows(await loaders[today](id, page))
    const at = pastTime('asOf', time, clock)
    await loaders.historyReady()
    return presentFollows(await loaders[past](id, page, [at.toISOString()]))
  }
}
