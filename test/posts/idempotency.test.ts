import { describe, expect, it } from 'vitest'
import { mutate, postCount, publish, read, someone } from './api.ts'

const freshKey = () => crypto.randomUUID()

describe('an idempotency key of posts', () => {
  it('sent twice gives the same response and one effect', async () => {
    const author = someone()
    const input = { text: 'once', idempotencyKey: freshKey() }
    const first = await mutate(author, 'createPost', input)
    expect(first).toMatchObject({ post: { text: 'once' } })
    expect(await mutate(author, 'createPost', input)).toEqual(first)
    expect(await postCount(author.id)).toBe(1)
  })

  it('in ten concurrent duplicates creates one post', async () => {
    const author = someone()
    const input = { text: 'once', idempotencyKey: freshKey() }
    const payloads = await Promise.all(Array.from({ length: 10 }, () => mutate(author, 'createPost', input)))
    expect(new Set(payloads.map(({ post }) => post?.id)).size).toBe(1)
    expect(payloads[0]?.post?.id).toMatch(/^post_/)
    expect(await postCount(author.id)).toBe(1)
  })

  it('with another input, or another command, is a conflict that changes nothing', async () => {
    const author = someone()
    const idempotencyKey = freshKey()
    const { post } = await mutate(author, 'createPost', { text: 'one', idempotencyKey })
    const conflict = {
      __typename: 'IdempotencyConflict',
      code: 'IDEMPOTENCY_CONFLICT',
      path: ['input', 'idempotencyKey'],
      message: expect.stringContaining(idempotencyKey),
    }
    expect(await mutate(author, 'createPost', { text: 'two', idempotencyKey })).toMatchObject(conflict)
    expect(await mutate(author, 'deletePost', { postId: post?.id, idempotencyKey })).toMatchObject(conflict)
    expect(await postCount(author.id)).toBe(1)
  })

  it('is separate for each user', async () => {
    const input = { text: 'once', idempotencyKey: freshKey() }
    const [alice, bob] = [someone(), someone()]
    const [hers, his] = [await mutate(alice, 'createPost', input), await mutate(bob, 'createPost', input)]
    expect(hers.post?.author.id).toBe(alice.id)
    expect(his.post?.author.id).toBe(bob.id)
  })

  it('of a rejected command stays free', async () => {
    const author = someone()
    const { id } = await publish(author, 'one')
    const input = { postId: id, text: 'two', idempotencyKey: freshKey() }
    expect(await mutate(author, 'editPost', { ...input, expectedVersion: 7 })).toMatchObject({
      currentVersion: 1,
    })
    expect(await mutate(author, 'editPost', { ...input, expectedVersion: 1 })).toMatchObject({
      post: { version: 2 },
    })
  })

  it.each(['replyToPost', 'editPost', 'likePost', 'unlikePost', 'deletePost'] as const)(
    'makes a repeated %s safe',
    async (mutation) => {
      const author = someone()
      const { id } = await publish(author, 'one')
      const fields = { replyToPost: { text: 'two' }, editPost: { text: 'two', expectedVersion: 1 } }
      const own = mutation === 'replyToPost' || mutation === 'editPost' ? fields[mutation] : {}
      const input = { postId: id, idempotencyKey: freshKey(), ...own }
      const first = await mutate(author, mutation, input)
      expect(first.__typename).toMatch(/Success$/)
      expect(await mutate(author, mutation, input)).toEqual(first)
      const counts = { replyToPost: 2, deletePost: 0, editPost: 1, likePost: 1, unlikePost: 1 }
      expect(await postCount(author.id)).toBe(counts[mutation])
    },
  )

  it('gives the current post for a repeat, or NOT_FOUND after its deletion', async () => {
    const author = someone()
    const input = { text: 'one', idempotencyKey: freshKey() }
    const id = (await mutate(author, 'createPost', input)).post?.id
    await mutate(author, 'editPost', { postId: id, text: 'two', expectedVersion: 1 })
    expect(await mutate(author, 'createPost', input)).toMatchObject({ post: { id, text: 'two' } })
    await mutate(author, 'deletePost', { postId: id })
    expect(await mutate(author, 'createPost', input)).toMatchObject({ __typename: 'NotFound' })
    expect(await read(author, id ?? '')).toBeNull()
  })

  it('that is empty, too long or contains NUL is rejected', async () => {
    for (const idempotencyKey of ['', 'k'.repeat(201), 'a\0b', '\udc00']) {
      expect(await mutate(someone(), 'createPost', { text: 'x', idempotencyKey })).toMatchObject({
        issues: [{ path: ['input', 'idempotencyKey'] }],
      })
    }
  })
})
