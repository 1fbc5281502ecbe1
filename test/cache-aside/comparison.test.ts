import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import type { TesseraGateway } from '../../gateway/tessera/start-tessera-gateway.ts'
import { startGateway } from './support/gateway.ts'
import { somePeople, type People } from './support/people.ts'

let cached: TesseraGateway
let plain: TesseraGateway
beforeAll(async () => {
  cached = await startGateway({ CACHE: 'on' })
  plain = await startGateway({})
})
afterAll(async () => {
  await cached[Symbol.asyncDispose]()
  await plain[Symbol.asyncDispose]()
})

const PROFILE = `query ($handle: String!) { user(handle: $handle) {
  handle name bio version postCount followerCount followingCount
  posts(first: 5) { edges { node { text likeCount replyCount author { handle name } } } pageInfo { hasNextPage } }
  followers(first: 5) { nodes { handle name } }
} }`
const POST = `query ($id: ID!) { post(id: $id) {
  text version likeCount replyCount author { handle name bio } mentions { nodes { handle } } replyTo { text }
  replies { nodes { text author { handle } } } likers { nodes { name } } edits { nodes { text } }
} }`

type Asked = { query: string; variables: Record<string, unknown> }

const everything = ({ people, posts }: People): Asked[] => [
  ...people.map(({ handle }) => ({ query: PROFILE, variables: { handle } })),
  ...posts.map(({ id }) => ({ query: POST, variables: { id } })),
]

async function ask(gateway: TesseraGateway, { query, variables }: Asked, token = '', accessToken = '') {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { [CONSISTENCY_HEADER]: token }),
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query, variables }),
  })
  expect(response.status).toBe(200)
  return { text: await response.text(), cache: response.headers.get('cache-status') }
}

const isHit = (cache: string | null) => cache?.startsWith('tessera; hit') === true

test('after each mutation, a cached response equals the uncached one, byte for byte', async () => {
  const people = await somePeople(3, `${cached.url}/graphql`)
  const names = Object.keys(people.mutations) as (keyof typeof people.mutations)[]
  const random = fc.sample(fc.tuple(fc.constantFrom(...names), fc.nat(2), fc.nat(2), fc.nat(9)), 60)
  const steps = [...names.map((name) => [name, 0, 1, 0] as const), ...random]
  let hits = 0
  for (const [name, a, b, n] of steps) {
    await people.run(name, a, b, n)
    const { token } = people
    const all = everything(people)
    // The client that wrote sees its write at once.
    const early = await Promise.all(all.map((asked) => ask(cached, asked, token)))
    for (const [i, asked] of all.entries()) {
      const where = `${name}: ${JSON.stringify(asked.variables)}`
      const expected = (await ask(plain, asked, token)).text
      expect(early[i]?.text, where).toBe(expected)
      if (expected.includes('"errors"')) continue
      // A hit for the token: the cache and the copies in its response have the mutation.
      await expect.poll(async () => isHit((await ask(cached, asked, token)).cache)).toBe(true)
      const { text, cache } = await ask(cached, asked)
      expect(text, where).toBe((await ask(plain, asked)).text)
      if (isHit(cache)) hits++
    }
  }
  expect(hits).toBeGreaterThan(100)
})

test('a response for a viewer is not shared, and a shared one is the same for all', async () => {
  const people = await somePeople(2)
  const [first, second] = people.people
  const handle = first?.handle ?? ''
  const query = (fields: string): Asked => ({
    query: `query ($handle: String!) { user(handle: $handle) { ${fields} } }`,
    variables: { handle },
  })
  const personal = query('name viewerFollows')
  for (let i = 0; i < 3; i++) {
    const { text, cache } = await ask(cached, personal, '', second?.token)
    expect([JSON.parse(text), cache]).toMatchObject([{ data: { user: { viewerFollows: false } } }, expect.any(String)])
    expect(JSON.parse((await ask(cached, personal)).text)).toMatchObject({
      data: { user: { viewerFollows: null } },
    })
  }
  const shared = query('name bio')
  await ask(cached, shared, '', second?.token)
  await expect.poll(async () => isHit((await ask(cached, shared)).cache)).toBe(true)
})
