import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decideDelete, decideEdit, MAX_TEXT, postTextFault, type Post } from './post.ts'

const alice = '01932b2e-0000-7000-8000-00000000a11c'
const bob = '01932b2e-0000-7000-8000-000000000b0b'
const post: Post = {
  id: '01932b2e-0000-7000-8000-000000000001',
  authorId: alice,
  replyToId: null,
  text: 'one',
  mentions: [],
  version: 1,
}
const edit = (by: string, text: string, expectedVersion = 1) =>
  decideEdit(post, by, { text, mentions: [], expectedVersion }, 'one')

describe('the text of a post', () => {
  it('is measured in code points', () => {
    expect(postTextFault('🌍'.repeat(MAX_TEXT))).toBeNull()
    expect(postTextFault('🌍'.repeat(MAX_TEXT + 1))).toContain('5001 characters')
  })

  it('must not be blank', () => {
    expect(postTextFault('')).toContain('blank')
    expect(postTextFault(' \n\t')).toContain('blank')
  })

  it('must be storable in Postgres', () => {
    expect(postTextFault('a\0b')).toContain('NUL')
    expect(postTextFault('a\ud83d')).toContain('surrogate')
  })
})

describe('editing a post', () => {
  it('replaces the text and its mentions', () => {
    const mentions = [{ start: 0, length: 4, userId: bob }]
    const changes = decideEdit(post, alice, { text: '@bob', mentions, expectedVersion: 1 }, 'one')
    expect(changes).toEqual([{ type: 'Edited', text: '@bob', mentions }])
  })

  it('changes nothing if the text is the same', () => {
    expect(edit(alice, 'one')).toEqual([])
  })

  it('compares with the text as it was shown, not as it was typed', () => {
    const mentions = [{ start: 0, length: 6, userId: alice }]
    const typed = { ...post, text: '@alice', mentions }
    expect(decideEdit(typed, alice, { text: '@alice2', mentions, expectedVersion: 1 }, '@alice2')).toEqual([])
    expect(decideEdit(typed, alice, { text: '@alice', mentions: [], expectedVersion: 1 }, '@alice2')).toEqual(
      [{ type: 'Edited', text: '@alice', mentions: [] }],
    )
  })

  it('rejects any version but the current one, and names it', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom('one', 'two'), (expectedVersion, text) => {
        fc.pre(expectedVersion !== post.version)
        expect(edit(alice, text, expectedVersion)).toMatchObject({
          code: 'STALE_VERSION',
          currentVersion: 1,
        })
      }),
    )
  })

  it('is allowed only for its author, which is checked before the version is revealed', () => {
    expect(edit(bob, 'two', 7)).toMatchObject({ code: 'FORBIDDEN' })
  })
})

describe('deleting a post', () => {
  it('is one change', () => {
    expect(decideDelete(post, alice)).toEqual([{ type: 'Deleted' }])
  })

  it('is allowed only for its author', () => {
    expect(decideDelete(post, bob)).toMatchObject({ code: 'FORBIDDEN', path: ['input', 'postId'] })
  })
})
