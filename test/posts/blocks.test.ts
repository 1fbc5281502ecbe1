import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'
import { someone } from './api.ts'
import { openBlocksBed, type BlocksBed } from './blocks-bed.ts'

let system: OwnSystem
let bed: BlocksBed

beforeAll(async () => {
  system = await startOwnSystem({ processes: ['users', 'posts', 'followers'] })
  bed = await openBlocksBed(system)
})

afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

/** Ann blocks Bob. Both have a post. `token`: Ann's writes, with the block. */
async function blocked() {
  const [ann, bob] = [someone(), someone()]
  const [ofAnn, ofBob] = [await bed.publish(ann), await bed.publish(bob)]
  const { token } = await bed.send(ann, 'block', { userId: bob.id })
  return { ann, bob, ofAnn, ofBob, token }
}

const forbidden = (message: string) => ({
  __typename: 'Forbidden',
  code: 'FORBIDDEN',
  path: ['input', 'postId'],
  message,
})

describe('while a user blocks another one', () => {
  it('neither likes posts of the other', async () => {
    const { ann, bob, ofAnn, ofBob, token } = await blocked()
    expect(await bed.send(ann, 'likePost', { postId: ofBob }, token)).toMatchObject(
      forbidden('You have blocked the author of this post. Unblock them before liking it.'),
    )
    expect(await bed.send(bob, 'likePost', { postId: ofAnn })).toMatchObject(
      forbidden('The author of this post does not accept likes from you. Do not offer to like it.'),
    )
  })

  it('neither replies to posts of the other', async () => {
    const { ann, bob, ofAnn, ofBob, token } = await blocked()
    expect(await bed.send(ann, 'replyToPost', { postId: ofBob, text: 'No' }, token)).toMatchObject(
      forbidden('You have blocked the author of this post. Unblock them before replying to it.'),
    )
    expect(await bed.send(bob, 'replyToPost', { postId: ofAnn, text: 'Yes' })).toMatchObject(
      forbidden('The author of this post does not accept replies from you. Do not offer to reply to it.'),
    )
    const { rows } = await bed.posts.query('select text from post where reply_to_id = any($1)', [
      [ofAnn, ofBob].map((id) => parseIdOf('post', id)),
    ])
    expect(rows).toEqual([])
  })

  it('both still like and reply to posts of themselves and of others, and unlike posts of each other', async () => {
    const [ann, bob] = [someone(), someone()]
    const ofBob = await bed.publish(bob)
    await bed.send(ann, 'likePost', { postId: ofBob })
    const { token } = await bed.send(ann, 'block', { userId: bob.id })
    for (const postId of [await bed.publish(ann), await bed.publish(someone())]) {
      expect(await bed.send(ann, 'likePost', { postId }, token)).toMatchObject({
        __typename: 'LikePostSuccess',
      })
      const reply = await bed.send(ann, 'replyToPost', { postId, text: 'Hello' }, token)
      expect(reply).toMatchObject({ __typename: 'ReplyToPostSuccess' })
    }
    const unliked = await bed.send(ann, 'unlikePost', { postId: ofBob }, token)
    expect(unliked).toMatchObject({ __typename: 'UnlikePostSuccess' })
    expect(await bed.send(ann, 'likePost', { postId: ofBob }, token)).toMatchObject({
      __typename: 'Forbidden',
    })
  })

  it('a repeated like with the key of before is answered as before', async () => {
    const [ann, bob] = [someone(), someone()]
    const input = { postId: await bed.publish(ann), idempotencyKey: 'once' }
    expect(await bed.send(bob, 'likePost', input)).toMatchObject({ __typename: 'LikePostSuccess' })
    const { token } = await bed.send(ann, 'block', { userId: bob.id })
    expect(await bed.send(bob, 'likePost', input, token)).toMatchObject({ __typename: 'LikePostSuccess' })
    expect(await bed.send(bob, 'likePost', { postId: input.postId }, token)).toMatchObject({
      __typename: 'Forbidden',
    })
  })

  it('and after the block has ended, everything is allowed again', async () => {
    const { ann, bob, ofAnn, ofBob } = await blocked()
    const { token } = await bed.send(ann, 'unblock', { userId: bob.id })
    expect(await bed.send(ann, 'likePost', { postId: ofBob }, token)).toMatchObject({
      __typename: 'LikePostSuccess',
    })
    expect(await bed.send(bob, 'replyToPost', { postId: ofAnn, text: 'Thanks' }, token)).toMatchObject({
      __typename: 'ReplyToPostSuccess',
    })
  })
})

describe('a handle in a text', () => {
  it('is plain text if either user blocks the other, also after an edit, and a mention again after the block', async () => {
    const [ann, bob] = [await bed.signUp('ann'), await bed.signUp('bob')]
    for (const [writer, named] of [
      [ann, bob],
      [bob, ann],
    ] as const) {
      const text = `Hello @${named.handle} and @${writer.handle}`
      const both = [{ id: named.viewer.id }, { id: writer.viewer.id }]
      const before = await bed.send(writer.viewer, 'createPost', { text })
      expect(before.post).toMatchObject({ text, mentions: { nodes: both } })
      const { token } = await bed.send(ann.viewer, 'block', { userId: bob.viewer.id })
      const own = { nodes: [{ id: writer.viewer.id }] }
      const during = await bed.send(writer.viewer, 'createPost', { text }, token)
      expect(during.post).toMatchObject({ text, mentions: own })
      const postId = before.post?.id
      const edited = await bed.send(writer.viewer, 'editPost', { postId, text: `${text}!` }, token)
      expect(edited.post).toMatchObject({ text: `${text}!`, mentions: own })
      const reply = await bed.send(writer.viewer, 'replyToPost', { postId, text }, token)
      expect(reply.post).toMatchObject({ text, mentions: own })
      const after = await bed.send(ann.viewer, 'unblock', { userId: bob.viewer.id })
      const again = await bed.send(writer.viewer, 'editPost', { postId, text }, after.token)
      expect(again.post).toMatchObject({ text, mentions: { nodes: both } })
    }
  })
})

describe('a command of a client that has just blocked somebody', () => {
  it('waits for the copy, and is marked stale if the copy does not have the block in time', async () => {
    const [ann, bob] = [someone(), someone()]
    const postId = await bed.publish(bob)
    const held = await bed.hold()
    const { token } = await bed.send(ann, 'block', { userId: bob.id })
    expect(await bed.send(ann, 'likePost', { postId }, token)).toMatchObject({
      __typename: 'LikePostSuccess',
      stale: ['followers'],
    })
    // Without a token of followers, nothing is waited for.
    expect(await bed.send(ann, 'likePost', { postId })).toMatchObject({ stale: [] })
    await held.letGo()
    await expect
      .poll(() => bed.send(ann, 'likePost', { postId }, token))
      .toMatchObject({
        __typename: 'Forbidden',
        stale: [],
      })
  })
})
