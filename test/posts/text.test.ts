import { describe, expect, it } from 'vitest'
import { bucketOf, parseIdOf } from '../../contracts/ids.ts'
import { changed, mutate, postCount, publish, read, someone } from './api.ts'

const BAD_TEXTS = [
  { name: 'empty', text: '', says: 'must not be blank' },
  { name: 'blank', text: ' \n\t ', says: 'must not be blank' },
  { name: 'too long', text: 'x'.repeat(5_001), says: '5001 characters; at most 5000' },
  { name: 'half of a surrogate pair', text: 'broken \ud83d', says: 'surrogate pair' },
  { name: 'NUL', text: 'a\0b', says: 'NUL' },
]

describe.each(BAD_TEXTS)('a text that is $name', ({ text, says }) => {
  const refusal = {
    __typename: 'InvalidInput',
    code: 'INVALID_INPUT',
    issues: [{ path: ['input', 'text'], message: expect.stringContaining(says) }],
  }

  it('is not accepted for a post', async () => {
    const author = someone()
    expect(await mutate(author, 'createPost', { text })).toMatchObject(refusal)
    expect(await postCount(author.id)).toBe(0)
  })

  it('is not accepted for a reply', async () => {
    const author = someone()
    const { id } = await publish(author)
    expect(await mutate(author, 'replyToPost', { postId: id, text })).toMatchObject(refusal)
    expect(await read(null, id)).toMatchObject({ replyCount: 0 })
  })

  it('is not accepted for an edit', async () => {
    const author = someone()
    const { id } = await publish(author, 'good')
    expect(await mutate(author, 'editPost', { postId: id, text, expectedVersion: 1 })).toMatchObject(refusal)
    expect(await read(null, id)).toMatchObject({ text: 'good', version: 1 })
  })
})

describe('the text of a post', () => {
  it('can have 5,000 characters, even if each is an emoji', async () => {
    const text = '🌍'.repeat(5_000)
    const { id } = await publish(someone(), text)
    expect(await read(null, id)).toMatchObject({ text })
  })

  it('is returned exactly as it was sent', async () => {
    const text = ' "quoted" \\ \r\n\u0001 \u202e e\u0301 \ufeff '
    const post = await publish(someone(), text)
    expect(post.text).toBe(text)
    expect(await read(null, post.id)).toMatchObject({ text })
  })
})

describe('an input with several errors', () => {
  it('reports all of them', async () => {
    const input = { postId: 'post_oops', text: '', expectedVersion: 1, idempotencyKey: 'k'.repeat(201) }
    const { issues } = await mutate(someone(), 'editPost', input)
    expect(issues?.map(({ path }) => path.join('.'))).toEqual([
      'input.postId',
      'input.text',
      'input.idempotencyKey',
    ])
  })

  it.each([
    'post_oops',
    '',
    'post_',
    'user_01jd3w8k2he5bvqz4p7n6m9xtr',
    '\0',
    '\ud83d',
    'post_01JD3W8K2HE5BVQZ4P7N6M9XTR',
  ])('rejects %j as the id of a post', async (postId) => {
    for (const mutation of ['deletePost', 'likePost', 'unlikePost'] as const) {
      expect(await mutate(someone(), mutation, { postId })).toMatchObject({
        code: 'INVALID_INPUT',
        issues: [{ path: ['input', 'postId'], message: expect.stringContaining('post_') }],
      })
    }
  })
})

describe('creating a post', () => {
  it('gives it an id in the bucket of its author, and counts it', async () => {
    const author = someone()
    const post = await publish(author)
    const response = await changed(mutate(author, 'replyToPost', { postId: post.id, text: 'and more' }))
    for (const { id } of [post, response]) {
      expect(bucketOf(parseIdOf('post', id) ?? '')).toBe(bucketOf(parseIdOf('user', author.id) ?? ''))
    }
    expect(response).toMatchObject({
      replyTo: { id: post.id },
      author: { id: author.id },
      version: 1,
      editedAt: null,
    })
    expect(await read(null, post.id)).toMatchObject({ replyCount: 1, viewerHasLiked: null })
    expect(await postCount(author.id)).toBe(2)
  })
})
