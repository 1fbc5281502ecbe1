import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isFailure } from '../../../contracts/failure.ts'
import {
  decideBlock,
  decideFollow,
  decideUnblock,
  decideUnfollow,
  type Change,
  type Relation,
} from './relation.ts'

const strangers: Relation = { follows: false, followedBy: false, blocks: false, blockedBy: false }
const anyRelation = fc.record({
  follows: fc.boolean(),
  followedBy: fc.boolean(),
  blocks: fc.boolean(),
  blockedBy: fc.boolean(),
})
const apply = (relation: Relation, changes: Change[]) => changes.reduce(after, relation)

/** The relation after a change, as the store writes it. */
function after(relation: Relation, change: Change): Relation {
  switch (change.type) {
    case 'Followed':
      return { ...relation, follows: true }
    case 'Unfollowed':
      return change.by === 'actor' ? { ...relation, follows: false } : { ...relation, followedBy: false }
    case 'Blocked':
      return { ...relation, blocks: true }
    case 'Unblocked':
      return { ...relation, blocks: false }
  }
}

describe('a relation between two people', () => {
  it('records a follow once', () => {
    const changes = decideFollow(strangers)
    expect(changes).toEqual([{ type: 'Followed', by: 'actor' }])
    expect(decideFollow({ ...strangers, follows: true })).toEqual([])
  })

  it('does not allow a follow in either direction during a block', () => {
    expect(isFailure(decideFollow({ ...strangers, blocks: true }))).toBe(true)
    expect(isFailure(decideFollow({ ...strangers, blockedBy: true }))).toBe(true)
  })

  it('loses the follows in both directions when a block is made', () => {
    const friends = { ...strangers, follows: true, followedBy: true }
    expect(apply(friends, decideBlock(friends))).toEqual({ ...strangers, blocks: true })
  })

  it('does not change if a command is repeated', () => {
    const commands = [decideUnfollow, decideBlock, decideUnblock]
    fc.assert(
      fc.property(anyRelation, fc.constantFrom(...commands), (relation, decide) => {
        expect(decide(apply(relation, decide(relation)))).toEqual([])
      }),
    )
  })
})
