import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFailure, type Failure } from '../../../contracts/failure.ts'
import { relationDecider, type Relation, type RelationCommand, type RelationEvent } from './relation.ts'

const { initial, evolve, decide } = relationDecider
const [ONE, OTHER] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']

const requested: RelationEvent = { type: 'FollowRequested', data: { requestId: ONE } }
const accepted: RelationEvent = { type: 'FollowAccepted', data: { requestId: ONE } }
const nobody: RelationEvent = { type: 'FollowDeclined', data: { requestId: ONE, reason: 'nobody' } }
const blocked: RelationEvent = { type: 'Blocked', data: {} }
const ended = (by: 'follower' | 'followee' | 'block'): RelationEvent => ({
  type: 'FollowEnded',
  data: { by },
})
const closed = (reason: 'cancelled' | 'blocked' | 'expired'): RelationEvent => ({
  type: 'FollowRequestClosed',
  data: { requestId: ONE, reason },
})

const follow: RelationCommand = { type: 'follow', requestId: ONE, blocked: false }
const accept: RelationCommand = { type: 'accept', requestId: ONE }
const expire: RelationCommand = { type: 'expire', requestId: ONE }
const decline: RelationCommand = { type: 'decline', requestId: ONE, reason: 'nobody' }

const fold = (events: readonly RelationEvent[]) => events.reduce(evolve, initial)
const given = (...events: RelationEvent[]) => ({
  when: (command: RelationCommand) => decide(fold(events), command),
})

type Row = [name: string, given: RelationEvent[], when: RelationCommand, then: RelationEvent[]]

describe('a pair', () => {
  it.each<Row>([
    ['a follow is a request first', [], follow, [requested]],
    ['a follow during a request changes nothing', [requested], follow, []],
    ['a follow of a followed user changes nothing', [requested, accepted], follow, []],
    ['a follow after a declined request asks again', [requested, nobody], follow, [requested]],
    ['a follow after its end asks again', [requested, accepted, ended('follower')], follow, [requested]],
    ['an accepted request is a follow', [requested], accept, [accepted]],
    ['a declined request ends', [requested], decline, [nobody]],
    ['a second decision changes nothing', [requested, accepted], decline, []],
    ['a repeated decision changes nothing', [requested, accepted], accept, []],
    ['a decision for another request changes nothing', [requested], { ...accept, requestId: OTHER }, []],
    ['a decision after a withdrawal changes nothing', [requested, closed('cancelled')], accept, []],
    ['a decision without a request changes nothing', [], accept, []],
    ['an unfollow ends the follow', [requested, accepted], { type: 'unfollow' }, [ended('follower')]],
    ['an unfollow withdraws a request', [requested], { type: 'unfollow' }, [closed('cancelled')]],
    ['a withdrawal ends the request', [requested], { type: 'cancel' }, [closed('cancelled')]],
    ['a withdrawal after the acceptance changes nothing', [requested, accepted], { type: 'cancel' }, []],
    ['a removed follower no longer follows', [requested, accepted], { type: 'remove' }, [ended('followee')]],
    ['a removal leaves a request open', [requested], { type: 'remove' }, []],
    ['a block ends the follow', [requested, accepted], { type: 'block' }, [ended('block'), blocked]],
    ['a block ends the request', [requested], { type: 'block' }, [closed('blocked'), blocked]],
    ['a blocked user no longer follows', [requested, accepted], { type: 'be blocked' }, [ended('block')]],
    ['a blocked user no longer waits', [requested], { type: 'be blocked' }, [closed('blocked')]],
    ['a repeated block changes nothing', [blocked], { type: 'block' }, []],
    ['an unblock ends the block', [blocked], { type: 'unblock' }, [{ type: 'Unblocked', data: {} }]],
    ['an expired request ends', [requested], expire, [closed('expired')]],
    ['an expiry after the acceptance changes nothing', [requested, accepted], expire, []],
    ['an expiry of another request changes nothing', [requested], { ...expire, requestId: OTHER }, []],
  ])('%s', (_, events, command, then) => {
    expect(given(...events).when(command)).toEqual(then)
  })

  it('allows no follow during a block in either direction', () => {
    expect(given(blocked).when(follow)).toMatchObject({ code: 'FORBIDDEN' })
    expect(given().when({ ...follow, blocked: true })).toMatchObject({ code: 'FORBIDDEN' })
  })
})

/** A request's id is the number of its command, so that it is never used again. */
const id = fc.nat(12).map(String)
const anyCommand: fc.Arbitrary<RelationCommand> = fc.oneof(
  fc.record({ type: fc.constant('follow' as const), requestId: fc.constant(''), blocked: fc.boolean() }),
  fc.record({ type: fc.constantFrom('unfollow', 'cancel', 'remove', 'block', 'be blocked', 'unblock') }),
  fc.record({ type: fc.constantFrom('accept', 'expire'), requestId: id }),
  fc.record({
    type: fc.constant('decline' as const),
    requestId: id,
    reason: fc.constant('declined' as const),
  }),
)

describe('after any commands', () => {
  it('a pair is in one state, every request has at most one end, and a repeated command changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyCommand), (commands) => {
        let relation: Relation = initial
        const history: RelationEvent[] = []
        for (const [i, sent] of commands.entries()) {
          const command = sent.type === 'follow' ? { ...sent, requestId: String(i) } : sent
          const events = decide(relation, command)
          if (isFailure(events)) continue
          history.push(...events)
          relation = events.reduce(evolve, relation)
          const states = [relation.request !== null, relation.follow !== null, relation.blocks]
          expect(states.filter(Boolean).length).toBeLessThanOrEqual(1)
          expect(eventsOf(decide(relation, command))).toEqual([])
        }
        const ends = history.flatMap(({ type, data }) =>
          type !== 'FollowRequested' && 'requestId' in data ? [data.requestId] : [],
        )
        expect(new Set(ends).size).toBe(ends.length)
      }),
    )
  })
})

function eventsOf(result: RelationEvent[] | Failure): RelationEvent[] {
  return isFailure(result) ? [] : result
}
