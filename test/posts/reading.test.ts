import { describe, expect, it } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import { ask, askUser, changed, mutate, publish, read, someone, unknownPostId, type Payload } from './api.ts'

type Texts = { posts: { nodes: { text: string }[] } }
type Cursors = { posts: { pageInfo: { endCursor: string } } }

describe('the posts of a user', () => {
  it('are sorted newest first, all of them or one kind', async () => {
    const author = someone()
    const first = await publish(author, 'post 1')
    await changed(mutate(author, 'replyToPost', { postId: first.id, text: 'answer' }))
    await publish(author, 'post 2')
    const { data } = await askUser<Record<'all' | 'posts' | 'replies', Texts['posts']>>(
      null,
      author.id,
      `all: posts { nodes { text } }
       posts: posts(filter: POSTS) { nodes { text } } replies: posts(filter: REPLIES) { nodes { text } }`,
    )
    const texts = Object.entries(data).map(([name, { nodes }]) => [name, nodes.map(({ text }) => text)])
    expect(Object.fromEntries(texts)).toEqual({
      all: ['post 2', 'answer', 'post 1'],
      posts: ['post 2', 'post 1'],
      replies: ['answer'],
    })
  })

  it('are null for an id that is not a user’s, and empty for a user without posts', async () => {
    const { data } = await ask<{ _entities: unknown[] }>(
      null,
      'query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { postCount posts { nodes { id } } } } }',
      {
        of: [unknownPostId(), 'nonsense', someone().id].map((id) => ({ __typename: 'User', id })),
      },
    )
    expect(data._entities).toEqual([null, null, { postCount: 0, posts: { nodes: [] } }])
  })
})

describe('the cost of reading', () => {
  const profile = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User {
    posts(first: 10) { nodes { id text createdAt likeCount author { __typename id } } } } } }`

  it('a profile’s posts take one statement, for one user and for twenty', async () => {
    const authors = Array.from({ length: 20 }, someone)
    await Promise.all(authors.map((author) => publish(author)))
    for (const some of [authors.slice(0, 1), authors]) {
      const of = some.map(({ id }) => ({ __typename: 'User', id }))
      const { data, statements } = await ask<{ _entities: Texts[] }>(null, profile, { of })
      expect(data._entities.map(({ posts }) => posts.nodes.length)).toEqual(some.map(() => 1))
      expect(statements).toBe(1)
    }
  })

  it('flags, counts and parent posts take one statement each, for any number of posts', async () => {
    const author = someone()
    const root = await publish(author)
    for (let i = 0; i < 5; i++)
      await changed(mutate(author, 'replyToPost', { postId: root.id, text: `${i}` }))
    const fields = 'postCount posts { nodes { viewerHasLiked replyTo { text viewerHasLiked } } }'
    const { data, statements } = await askUser<{ posts: { nodes: unknown[] } }>(author, author.id, fields)
    expect(data.posts.nodes).toHaveLength(6)
    // Page, count, answered posts, the posts' flags, and the answered posts' flags, which are asked for later.
    expect(statements).toBeLessThanOrEqual(5)
  })
})

describe('a post by its id', () => {
  it('is null if there is none', async () => {
    const { data, errors } = await ask<{ post: null }>(null, `{ post(id: "${unknownPostId()}") { id } }`)
    expect({ data, errors }).toEqual({ data: { post: null }, errors: undefined })
  })

  it.each(['nonsense', '', formatId('user', idMaker(systemClock)())])('cannot be %j', async (id) => {
    const { data, errors } = await ask<{ post: null }>(null, 'query ($id: ID!) { post(id: $id) { id } }', {
      id,
    })
    expect(data).toEqual({ post: null })
    expect(errors).toMatchObject([{ path: ['post'], extensions: { code: 'BAD_USER_INPUT' } }])
    expect(errors?.[0]?.message).toContain(JSON.stringify(id))
  })
})

describe('an invalid page', () => {
  it.each([
    ['first: 0', 'first is 0'],
    ['first: -1', 'first is -1'],
    ['first: 101', 'first is 101'],
    ['last: 0', 'last is 0'],
    ['last: 101', 'last is 101'],
    ['first: 2, last: 2', 'first and last are both given'],
    ['last: 2, after: "x"', '"after" does not go with "last"'],
    ['first: 2, before: "x"', '"before" does not go with "first"'],
    ['after: "x", before: "x"', 'does not go with'],
    ['after: "not a cursor"', 'is not a cursor'],
    ['after: ""', 'is not a cursor'],
    ['before: "WzEsIjAiXTAwMDAwMDAw"', 'is not a cursor'],
  ])('(%s) is null with an error, and the rest of the response is complete', async (args, says) => {
    const author = someone()
    await publish(author)
    const { data, errors } = await askUser(null, author.id, `bad: posts(${args}) { nodes { id } } postCount`)
    expect(data).toEqual({ bad: null, postCount: 1 })
    expect(errors).toMatchObject([{ path: ['_entities', 0, 'bad'], extensions: { code: 'BAD_USER_INPUT' } }])
    expect(errors?.[0]?.message).toContain(says)
  })

  it('is one after a cursor of another list: of another user, filter or field', async () => {
    const [author, other] = [someone(), someone()]
    const { id } = await publish(author)
    const { data } = await askUser<Cursors>(null, author.id, 'posts { pageInfo { endCursor } }')
    const after = data.posts.pageInfo.endCursor
    const foreign = [
      askUser(null, other.id, `bad: posts(after: "${after}") { nodes { id } }`),
      askUser(null, author.id, `bad: posts(after: "${after}", filter: POSTS) { nodes { id } }`),
      ask(null, `{ post(id: "${id}") { bad: likers(after: "${after}") { nodes { id } } } }`),
    ]
    for (const { errors } of await Promise.all(foreign)) {
      expect(errors).toMatchObject([
        {
          message: expect.stringContaining('a cursor of another list'),
          extensions: { code: 'BAD_USER_INPUT' },
        },
      ])
    }
  })

  it('is one after a cursor of an earlier format', async () => {
    const author = someone()
    const { errors } = await askUser(null, author.id, `posts(after: "${earlierCursor()}") { nodes { id } }`)
    expect(errors).toMatchObject([{ message: expect.stringContaining('an earlier release') }])
  })
})

describe('an anonymous viewer', () => {
  it.each([
    ['createPost', { text: 'Hello' }],
    ['replyToPost', { text: 'Hello' }],
    ['editPost', { text: 'Hello', expectedVersion: 1 }],
    ['deletePost', {}],
    ['likePost', {}],
    ['unlikePost', {}],
  ] as const)('must sign in before %s', async (mutation, input) => {
    const { id } = await publish(someone())
    const postId = mutation === 'createPost' ? {} : { postId: id }
    const payload: Payload = await mutate(null, mutation, { ...input, ...postId })
    expect(payload).toMatchObject({ __typename: 'Unauthenticated', code: 'UNAUTHENTICATED', path: [] })
    expect(payload.message).toContain('Sign in')
    expect(await read(null, id)).toMatchObject({ text: 'Hello', likeCount: 0, replyCount: 0 })
  })
})

/** Version 0, with a check sum that is right (FNV-1a, as `contracts/cursors.ts` has it). */
function earlierCursor(): string {
  const body = '[0,"00000000","x"]'
  let state = 0x811c9dc5
  for (const char of body) state = Math.imul(state ^ (char.codePointAt(0) ?? 0), 0x01000193)
  return Buffer.from(`${body}${(state >>> 0).toString(16).padStart(8, '0')}`).toString('base64url')
}
