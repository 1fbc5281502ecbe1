import { describe, expect, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { ask, changed, mutate, postCount, publish, read, someone, unknownPostId } from './api.ts'
import { queryDatabase } from './database.ts'

const remove = (viewer: Viewer, postId: string) => mutate(viewer, 'deletePost', { postId })
const reply = (viewer: Viewer, postId: string) =>
  changed(mutate(viewer, 'replyToPost', { postId, text: 'An answer' }))

describe('deleting a post', () => {
  it('removes it from all lists and counts', async () => {
    const [author, reader] = [someone(), someone()]
    const post = await publish(author)
    const response = await reply(reader, post.id)
    expect(await remove(reader, response.id)).toEqual({
      __typename: 'DeletePostSuccess',
      postId: response.id,
    })
    expect(await read(reader, response.id)).toBeNull()
    expect(await read(author, post.id)).toMatchObject({ replyCount: 0 })
    expect(await postCount(reader.id)).toBe(0)
    const { data } = await ask<{ post: { replies: { nodes: unknown[] } }; _entities: unknown[] }>(
      null,
      `query ($id: ID!, $of: [_Any!]!) {
        post(id: $id) { replies { nodes { id } } }
        _entities(representations: $of) { ... on Post { id } ... on User { posts { nodes { id } } } }
      }`,
      {
        id: post.id,
        of: [
          { __typename: 'Post', id: response.id },
          { __typename: 'Post', id: unknownPostId() },
          { __typename: 'Post', id: 'nonsense' },
          { __typename: 'User', id: reader.id },
        ],
      },
    )
    expect(data).toEqual({
      post: { replies: { nodes: [] } },
      _entities: [null, null, null, { posts: { nodes: [] } }],
    })
  })

  it('keeps its replies, which then reply to null', async () => {
    const author = someone()
    const post = await publish(author)
    const response = await reply(author, post.id)
    await remove(author, post.id)
    expect(await read(author, response.id)).toMatchObject({ id: response.id, replyTo: null })
    expect(await remove(author, response.id)).toMatchObject({ __typename: 'DeletePostSuccess' })
    expect(await postCount(author.id)).toBe(0)
  })

  it('erases the text and the earlier texts from the database', async () => {
    const author = someone()
    const { id } = await publish(author, 'secret 1')
    await changed(mutate(author, 'editPost', { postId: id, text: 'secret 2', expectedVersion: 1 }))
    await remove(author, id)
    const uuid = parseIdOf('post', id)
    const rows = await queryDatabase('posts', 'select text, deleted_at from post where id = $1', [uuid])
    expect(rows).toEqual([{ text: '', deleted_at: expect.any(Date) }])
    expect(await queryDatabase('posts', 'select text from post_edit where post_id = $1', [uuid])).toEqual([])
  })

  it('twice, or changing it afterwards, gives NOT_FOUND', async () => {
    const author = someone()
    const { id } = await publish(author)
    await remove(author, id)
    expect(await remove(author, id)).toMatchObject({ __typename: 'NotFound' })
    expect(await mutate(author, 'likePost', { postId: id })).toMatchObject({ __typename: 'NotFound' })
    expect(await mutate(author, 'replyToPost', { postId: id, text: 'late' })).toMatchObject({
      __typename: 'NotFound',
    })
    expect(await mutate(author, 'editPost', { postId: id, text: 'late', expectedVersion: 1 })).toMatchObject({
      __typename: 'NotFound',
    })
    expect(await postCount(author.id)).toBe(0)
  })

  it('ten times concurrently decrements the count once', async () => {
    const author = someone()
    await publish(author)
    const { id } = await publish(author)
    const payloads = await Promise.all(Array.from({ length: 10 }, () => remove(author, id)))
    expect(payloads.filter(({ postId }) => postId === id)).toHaveLength(1)
    expect(payloads.filter(({ code }) => code === 'NOT_FOUND')).toHaveLength(9)
    expect(await postCount(author.id)).toBe(1)
  })

  it('is allowed only for its author', async () => {
    const { id } = await publish(someone())
    expect(await remove(someone(), id)).toMatchObject({ __typename: 'Forbidden', path: ['input', 'postId'] })
    expect(await read(null, id)).not.toBeNull()
  })

  it('of a whole thread during replies and likes never deadlocks, and the counts stay right', async () => {
    const author = someone()
    for (let round = 0; round < 5; round++) {
      const root = await publish(author)
      const thread = [root]
      for (let depth = 0; depth < 4; depth++) thread.push(await reply(author, thread.at(-1)?.id ?? ''))
      await Promise.all(
        thread.flatMap(({ id }, i) => [
          ...(i > 0 ? [remove(author, id)] : []),
          mutate(author, 'replyToPost', { postId: id, text: 'still here?' }),
          mutate(someone(), 'likePost', { postId: id }),
        ]),
      )
      const { data } = await ask<{ post: { replyCount: number; replies: { nodes: unknown[] } } }>(
        null,
        'query ($id: ID!) { post(id: $id) { replyCount replies(first: 100) { nodes { id } } } }',
        { id: root.id },
      )
      expect(data.post.replyCount).toBe(data.post.replies.nodes.length)
    }
    const uuid = parseIdOf('user', author.id)
    const text = 'select count(*)::int as live from post where author_id = $1 and deleted_at is null'
    expect(await queryDatabase('posts', text, [uuid])).toEqual([{ live: await postCount(author.id) }])
  })
})
