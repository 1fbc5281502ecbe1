import { formatId, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import type { PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'
import { followStateOf } from '../domain/follow-state.ts'
import type { Flags } from '../queries/loaders.ts'
import { presentFollows } from './connections.ts'

type User = { id: Uuid }

export const User = {
  /** This service knows only the ids of users. The users subgraph knows whether a user exists. */
  __resolveReference: ({ id }: { id: string }): User | null => {
    const uuid = parseIdOf('user', id)
    return uuid === null ? null : { id: uuid }
  },
  id: (user: User) => formatId('user', user.id),
  followers: async ({ id }: User, args: PageArgs, { loaders }: Context) =>
    presentFollows(await loaders.followers(id, args)),
  following: async ({ id }: User, args: PageArgs, { loaders }: Context) =>
    presentFollows(await loaders.following(id, args)),
  followersYouKnow: async ({ id }: User, args: PageArgs, { loaders, viewer }: Context) =>
    viewer && presentFollows(await loaders.followersYouKnow(id, args, [viewer])),
  followerCount: async ({ id }: User, _: unknown, { loaders }: Context) =>
    (await loaders.counts.load(id)).follower_count,
  followingCount: async ({ id }: User, _: unknown, { loaders }: Context) =>
    (await loaders.counts.load(id)).following_count,
  viewerFollows: flag('follows'),
  viewerFollowState: async ({ id }: User, _: unknown, { loaders, viewer }: Context) => {
    if (viewer === null) return null
    const { follows, requested } = await loaders.flags.load(id)
    return followStateOf(follows, requested)
  },
  followsViewer: flag('followed_by'),
  viewerBlocks: flag('blocks'),
}

function flag(name: keyof Flags) {
  return async ({ id }: User, _: unknown, { loaders, viewer }: Context): Promise<boolean | null> =>
    viewer === null ? null : (await loaders.flags.load(id))[name]
}
