import { describe, expect, it } from 'vitest'
import { checkEvent, event, type StoredPayload } from './events.ts'
import { formatId } from './ids.ts'

const ANN = formatId('user', '01932b2e-0000-7000-8000-00000000a11c')
const BOB = formatId('user', '01932b2e-0000-7000-8000-000000000b0b')
const POST = formatId('post', '01932b2e-0000-7000-8000-000000000001')
const SESSION = '01932b2e-0000-7000-8000-000000000002'
const AT = '2026-01-31T12:00:00.000Z'

const mentions = [{ start: 0, length: 4, userId: BOB }]
const created = {
  postId: POST,
  authorId: ANN,
  replyToId: null,
  replyToAuthorId: null,
  text: '@bob',
  mentions,
  createdAt: AT,
}
const faultOf = (type: string, payload: unknown, version = 1) => checkEvent({ type, version, payload })

describe('an event', () => {
  it('has the key and the version of its type', () => {
    expect(event('post.created', created, ['a facet'])).toEqual({
      key: POST,
      type: 'post.created',
      version: 1,
      payload: created,
      touches: ['a facet'],
    })
    const session = { sessionId: SESSION, userId: ANN }
    expect(event('session.ended', session, []).key).toBe(`session_${SESSION}`)
    const follow = { requestId: SESSION, followerId: ANN, followeeId: BOB, followedAt: AT }
    expect(event('user.followed', follow, []).key).toBe(`${ANN}>${BOB}`)
    const copy = event('copy.changed', { source: 'users' }, null)
    expect(copy).toMatchObject({ key: 'copy of users', touches: null })
    expect(event('cache.dropped', {}, ['a facet'])).toMatchObject({ key: 'cache', payload: {} })
    const block = { blockerId: BOB, blockedId: ANN }
    expect(event('user.unblocked', block, []).key).toBe(`${BOB}>${ANN}`)
  })

  it('is valid if its payload has exactly the fields of its type', () => {
    expect(faultOf('post.created', created)).toBeNull()
    expect(
      faultOf('post.created', { ...created, replyToId: POST, replyToAuthorId: BOB, text: '' }),
    ).toBeNull()
    expect(faultOf('user.unfollowed', { followerId: ANN, followeeId: BOB, by: 'followee' })).toBeNull()
  })

  it.each([
    ['post.created', { ...created, text: 7 }, 'payload.text: expected text, got 7.'],
    ['post.created', { ...created, text: 'a\0b' }, 'payload.text: expected text, got "a\\u0000b".'],
    ['post.created', { ...created, text: ['a'] }, 'payload.text: expected text, got a list.'],
    ['post.created', { ...created, text: undefined }, 'payload.text: expected text, got undefined.'],
    [
      'post.created',
      { ...created, authorId: POST },
      `payload.authorId: expected the id of a user, got "${POST}".`,
    ],
    [
      'post.created',
      { ...created, replyToId: SESSION },
      `payload.replyToId: expected the id of a post or null, got "${SESSION}".`,
    ],
    [
      'post.created',
      { ...created, createdAt: '2026-13-31T12:00:00.000Z' },
      'payload.createdAt: expected a time such as "2026-01-31T12:00:00.000Z", got "2026-13-31T12:00:00.000Z".',
    ],
    [
      'post.created',
      { ...created, likes: 1 },
      'payload.likes: this type has no such field; it has postId, authorId, replyToId, replyToAuthorId, text, mentions, createdAt.',
    ],
    [
      'post.created',
      { ...created, mentions: [{ ...mentions[0], handle: 'bob' }] },
      'payload.mentions: expected a list of { start, length, userId }, got a list.',
    ],
    ['session.started', { sessionId: ANN, userId: ANN }, `payload.sessionId: expected a uuid, got "${ANN}".`],
    [
      'user.updated',
      { userId: ANN, name: 'A', bio: '', approvesFollowers: false, version: 0 },
      'payload.version: expected a version, from 1, got 0.',
    ],
    [
      'user.updated',
      { userId: ANN, name: 'A', bio: '', approvesFollowers: 1, version: 1 },
      'payload.approvesFollowers: expected true or false, got 1.',
    ],
    [
      'user.unfollowed',
      { followerId: ANN, followeeId: BOB, by: 'me' },
      'payload.by: expected "follower" or "followee", got "me".',
    ],
    ['post.unliked', null, 'payload: expected an object, got null.'],
    ['post.unliked', [], 'payload: expected an object, got a list.'],
  ])('of type %s with payload %j is rejected, and the error names the field', (type, payload, fault) => {
    expect(faultOf(type, payload)).toBe(fault)
  })

  it('must be written with fields that were added later, and can be read without them', () => {
    const liked: StoredPayload<'post.liked'> = { postId: POST, userId: BOB, likedAt: AT }
    const reply: StoredPayload<'post.created'> = { ...created, replyToAuthorId: undefined }
    expect(liked.authorId).toBeUndefined()
    expect(faultOf('post.liked', liked)).toBe('payload.authorId: expected the id of a user, got undefined.')
    expect(faultOf('post.created', reply)).toBe(
      'payload.replyToAuthorId: expected the id of a user or null, got undefined.',
    )
    expect(faultOf('post.liked', { ...liked, authorId: ANN })).toBeNull()
  })

  it('of an unknown type or version is rejected', () => {
    expect(faultOf('post.shared', created)).toMatch(
      /^type: expected one of user\.created, .*; got "post\.shared"\.$/,
    )
    expect(faultOf('toString', created)).toMatch(/^type: /)
    expect(faultOf('post.created', created, 2)).toBe('version: expected 1, got 2.')
  })
})
