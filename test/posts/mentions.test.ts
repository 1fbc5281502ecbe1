import { expect, it, describe } from 'vitest'
import { randomBytes } from 'node:crypto'
import { startRecordingGateway } from '../support/recording-gateway.ts'
import { gqlData } from '../support/client.ts'
import { parseIdOf } from '../../contracts/ids.ts'
import { connectTo, queryDatabase } from './database.ts'
import { LINE, person, type Line, type Person } from './person.ts'

const fresh = (name: string) => `${name}_${randomBytes(4).toString('hex')}`

async function line(reader: Person, id: string): Promise<Line['post']> {
  const { data, errors, extensions } = await reader.ask<Line>(LINE, { id })
  expect([errors, extensions?.['stale']]).toEqual([undefined, undefined])
  if (!data) throw new Error('no data')
  return data.post
}

async function edit(author: Person, id: string, text: string, expectedVersion: number) {
  const { data, errors, extensions } = await author.ask<{
    editPost: { post: { version: number; text: string } }
  }>(
    `mutation ($input: EditPostInput!) { editPost(input: $input) { __typename
      ... on EditPostSuccess { post { version text } } ... on UserError { message } } }`,
    { input: { postId: id, text, expectedVersion } },
  )
  expect([errors, extensions?.['stale']]).toEqual([undefined, undefined])
  return data?.editPost.post
}

describe('a mention', () => {
  it('is shown with the current handle and name of the mentioned user', async () => {
    const [writer, named] = [await person('writer'), await person('named')]
    await writer.catchUp(named)
    const before = named.handle
    const id = await writer.post(`Hello @${before}, hello @${before.toUpperCase()} and @nobody_at_all!`)
    expect(await line(writer, id)).toEqual({
      text: `Hello @${before}, hello @${before.toUpperCase()} and @nobody_at_all!`,
      author: { handle: writer.handle, name: writer.name },
      mentions: { nodes: [{ handle: before, name: named.name }] },
    })
    await named.rename(fresh('renamed'))
    await named.setName('Another Name')
    await writer.catchUp(named)
    expect(await line(writer, id)).toMatchObject({
      text: `Hello @${named.handle}, hello @${named.handle} and @nobody_at_all!`,
      mentions: { nodes: [{ handle: named.handle, name: 'Another Name' }] },
    })
  })

  it('still refers to the same user after another user takes the handle', async () => {
    const [writer, first, second] = [await person('writer'), await person('first'), await person('second')]
    const handle = first.handle
    await writer.catchUp(first)
    const old = await writer.post(`I mean @${handle}`)
    await first.rename(fresh('moved'))
    await second.catchUp(first)
    await second.rename(handle)
    await writer.catchUp(second)
    const young = await writer.post(`I mean @${handle}`)
    expect(await line(writer, old)).toMatchObject({
      text: `I mean @${first.handle}`,
      mentions: { nodes: [{ name: 'first' }] },
    })
    expect(await line(writer, young)).toMatchObject({
      text: `I mean @${handle}`,
      mentions: { nodes: [{ name: 'second' }] },
    })
  })

  it('is in the event as it was typed, with the id of the mentioned user', async () => {
    const [writer, named] = [await person('writer'), await person('named')]
    await writer.catchUp(named)
    const text = `🌍 @${named.handle}`
    const id = await writer.post(text)
    await edit(writer, id, `${text}!`, 1)
    const mentions = [{ start: 3, length: named.handle.length + 1, userId: named.id }]
    const events = await queryDatabase<{ type: string; payload: unknown }>(
      'posts',
      'select type, payload from outbox where key = $1 order by seq',
      [id],
    )
    expect(events).toMatchObject([
      { type: 'post.created', payload: { text, mentions } },
      { type: 'post.edited', payload: { text: `${text}!`, mentions } },
    ])
  })

  it('is deleted with the post', async () => {
    const writer = await person('writer')
    await writer.catchUp()
    const id = await writer.post(`me, @${writer.handle}`)
    await writer.ask(`mutation ($id: ID!) { deletePost(input: { postId: $id }) { __typename } }`, { id })
    await using client = await connectTo('posts')
    const { rows } = await client.query('select text, mentions from post where id = $1', [
      parseIdOf('post', id),
    ])
    expect(rows).toEqual([{ text: '', mentions: null }])
  })

  it('can make a text longer than the input limit', async () => {
    const [writer, named] = [await person('writer'), await person('named')]
    await writer.catchUp(named)
    await named.rename(fresh('a'))
    await writer.catchUp(named)
    const text = `@${named.handle} `.padEnd(5_000, '.')
    const id = await writer.post(text)
    await named.rename(fresh('a_longer_one'))
    await writer.catchUp(named)
    expect((await line(writer, id)).text).toHaveLength(5_000 + 'a_longer_one'.length - 'a'.length)
  })
})

describe('editing a post with mentions', () => {
  it('compares with the displayed text, and earlier texts are displayed in the same way', async () => {
    const [writer, named] = [await person('writer'), await person('named')]
    await writer.catchUp(named)
    const typed = named.handle
    const id = await writer.post(`Hello @${typed}`)
    await named.rename(fresh('renamed'))
    await writer.catchUp(named)
    expect(await edit(writer, id, `Hello @${named.handle}`, 1)).toEqual({
      version: 1,
      text: `Hello @${named.handle}`,
    })
    // Nobody has that handle now: it is another text, and mentions nobody.
    expect(await edit(writer, id, `Hello @${typed}`, 1)).toEqual({ version: 2, text: `Hello @${typed}` })
    await named.rename(fresh('again'))
    await writer.catchUp(named)
    const { data } = await writer.ask<{ post: { text: string; edits: { nodes: { text: string }[] } } }>(
      'query ($id: ID!) { post(id: $id) { text edits { nodes { text } } } }',
      { id },
    )
    expect(data?.post).toEqual({
      text: `Hello @${typed}`,
      edits: { nodes: [{ text: `Hello @${named.handle}` }] },
    })
  })
})

describe('the mentioned users of a post', () => {
  it('have handle and name without a request to users, and other fields with one', async () => {
    const [writer, named] = [await person('writer'), await person('named')]
    await writer.catchUp(named)
    const id = await writer.post(`@${named.handle} @${writer.handle}`)
    await line(writer, id)
    await using gateway = await startRecordingGateway()
    const asked = async (fields: string) => {
      gateway.exchanges.length = 0
      await gqlData(
        `query ($id: ID!) { post(id: $id) { text author { ${fields} } mentions { nodes { ${fields} } } } }`,
        { id },
        { url: gateway.url },
      )
      return gateway.exchanges.map(({ subgraph }) => subgraph)
    }
    expect(await asked('handle name')).toEqual(['posts'])
    expect(gateway.exchanges[0]?.statements).toBe(2)
    expect(await asked('handle bio')).toEqual(['posts', 'users'])
  })

  it('are limited to a hundred per page', async () => {
    const [writer, named] = [await person('writer'), await person('named')]
    await writer.catchUp(named)
    const id = await writer.post(`@${named.handle} @${writer.handle}`)
    const first = async (n: number) => {
      const query = `query ($id: ID!) { post(id: $id) { text mentions(first: ${n}) { nodes { name } pageInfo { hasNextPage } } } }`
      return writer.ask<{ post: { text: string; mentions: unknown } }>(query, { id })
    }
    expect((await first(1)).data?.post.mentions).toEqual({
      nodes: [{ name: 'named' }],
      pageInfo: { hasNextPage: true },
    })
    const { data, errors } = await first(101)
    expect(data?.post).toMatchObject({ mentions: null, text: expect.any(String) })
    expect(errors).toMatchObject([
      {
        path: ['post', 'mentions'],
        extensions: { code: 'BAD_USER_INPUT' },
        message: expect.stringContaining('101'),
      },
    ])
    const many = 'mentions(first: 100) { nodes { posts(first: 100) { nodes { id } } } }'
    const refused = await writer.ask(`query ($id: ID!) { post(id: $id) { ${many} } }`, { id })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }])
  })
})
