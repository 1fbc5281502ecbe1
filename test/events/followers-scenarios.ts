import { facets } from '../../contracts/facets.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import type { Writer } from './bed.ts'
import { uuid } from './fold.ts'
import { REQUEST, TIME, type Scenario, type Scenarios } from './scenario.ts'

export const FOLLOWERS: Scenarios = {
  /** Of a user who approves followers by hand, so that it is known which events come before the response. */
  async follow({ followers, person, approving }) {
    const [ann, bob] = [person(), approving]
    const request = { requestId: REQUEST, followerId: ann.id, followeeId: bob.id, requestedAt: TIME }
    return relation(followers, [ann, bob], [['follow.requested', ann, bob, request]])
  },
  async unfollow({ followers, person }) {
    const [ann, bob] = [person(), person()]
    await begin(followers, ann, bob)
    const unfollow = { followerId: ann.id, followeeId: bob.id, by: 'follower' }
    return relation(followers, [ann, bob], [['user.unfollowed', ann, bob, unfollow]])
  },
  async cancelFollowRequest({ followers, person }) {
    const [ann, bob] = [person(), person()]
    const requestId = crypto.randomUUID()
    await followers.database.query(OPEN_REQUEST, [
      `${ann.id}>${bob.id}`,
      requestId,
      uuid(ann.id),
      uuid(bob.id),
    ])
    const closed = { requestId, followerId: ann.id, followeeId: bob.id, reason: 'cancelled' }
    return relation(followers, [ann, bob], [['follow.closed', ann, bob, closed]])
  },
  async removeFollower({ followers, person }) {
    const [ann, bob] = [person(), person()]
    await begin(followers, bob, ann)
    const removed = { followerId: bob.id, followeeId: ann.id, by: 'followee' }
    return relation(followers, [ann, bob], [['user.unfollowed', bob, ann, removed]])
  },
  async block({ followers, person }) {
    const [ann, bob] = [person(), person()]
    await begin(followers, ann, bob)
    await begin(followers, bob, ann)
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
  async unblock({ followers, person }) {
    const [ann, bob] = [person(), person()]
    await followers.send('block', ann, { userId: bob.id })
    const unblock = { blockerId: ann.id, blockedId: bob.id }
    return relation(followers, [ann, bob], [['user.unblocked', ann, bob, unblock]])
  },
}

/** The first follows the second. Repeats the command until its request is decided. */
async function begin(followers: Writer, from: Viewer, to: Viewer): Promise<void> {
  for (let state: string | undefined; state !== 'FOLLOWING';) {
    state = (await followers.send('follow', from, { userId: to.id })).payload.followState
  }
}

/** A request that users never sees, and so never decides. */
const OPEN_REQUEST = `
  with requested as (
    insert into stream_event (stream, version, type, schema, data, meta, recorded_at)
    values ($1, 1, 'FollowRequested', 1, json_build_object('requestId', $2::text), '{}', now())
  )
  insert into follow_request (id, follower_id, followee_id, requested_at)
  values ($2::text::uuid, $3::uuid, $4::uuid, now())`

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
        touches: [facets.relations(from.id), facets.relations(to.id)],
      })),
    again: {},
    refused: { input: { userId: ann.id } },
  }
}
