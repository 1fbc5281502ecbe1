import { facets } from '../../contracts/facets.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { someone } from '../posts/api.ts'
import type { Writer } from './bed.ts'
import { TIME, type Scenario, type Scenarios } from './scenario.ts'

export const FOLLOWERS: Scenarios = {
  async follow({ followers }) {
    const [ann, bob] = [someone(), someone()]
    const follow = { followerId: ann.id, followeeId: bob.id, followedAt: TIME }
    return relation(followers, [ann, bob], [['user.followed', ann, bob, follow]])
  },
  async unfollow({ followers }) {
    const [ann, bob] = [someone(), someone()]
    await followers.send('follow', ann, { userId: bob.id })
    const unfollow = { followerId: ann.id, followeeId: bob.id, by: 'follower' }
    return relation(followers, [ann, bob], [['user.unfollowed', ann, bob, unfollow]])
  },
  async block({ followers }) {
    const [ann, bob] = [someone(), someone()]
    await followers.send('follow', ann, { userId: bob.id })
    await followers.send('follow', bob, { userId: ann.id })
    return relation(
      followers,
      [ann, bob],
      [
        ['user.unfollowed', ann, bob, { followerId: ann.id, followeeId: bob.id, by: 'follower' }],
        ['user.unfollowed', bob, ann, { followerId: bob.id, followeeId: ann.id, by: 'followee' }],
        ['user.blocked', ann, bob, { blockerId: ann.id, blockedId: bob.id, blockedAt: TIME }],
      ],
    )
  },
  async unblock({ followers }) {
    const [ann, bob] = [someone(), someone()]
    await followers.send('block', ann, { userId: bob.id })
    const unblock = { blockerId: ann.id, blockedId: bob.id }
    return relation(followers, [ann, bob], [['user.unblocked', ann, bob, unblock]])
  },
}

type Expected = [type: string, from: Viewer, to: Viewer, payload: Record<string, unknown>]

function relation(writer: Writer, [ann, bob]: [Viewer, Viewer], events: Expected[]): Scenario {
  return {
    writer,
    viewer: ann,
    input: { userId: bob.id },
    tells: () =>
      events.map(([type, from, to, payload]) => ({
        type,
        key: `${from.id}>${to.id}`,
        payload,
        touches: [facets.relations(ann.id), facets.relations(bob.id)],
      })),
    again: {},
    refused: { input: { userId: ann.id } },
  }
}
