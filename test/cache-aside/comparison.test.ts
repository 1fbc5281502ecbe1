import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TesseraGateway } from '../../gateway/tessera/start-tessera-gateway.ts'
import { ask, isHit, type Asked } from './support/ask.ts'
import { openGateways, type Gateways } from './support/gateways.ts'
import { somePeople, type People } from './support/people.ts'

let gateways: Gateways
beforeAll(async () => {
  gateways = await openGateways()
})
afterAll(() => gateways[Symbol.asyncDispose]())

const FIELDS = `handle name bio version postCount followerCount followingCount
  posts(first: 5) { edges { node { text likeCount replyCount author { handle name } } } pageInfo { hasNextPage } }
  followers(first: 5) { nodes { handle name } }`
const PROFILE = `query ($handle: String!) { user(handle: $handle) { ${FIELDS} } }`
const POST = `query ($id: ID!) { post(id: $id) {
  text version likeCount replyCount author { handle name bio } mentions { nodes { handle } } replyTo { text }
  replies { nodes { text author { handle } } } likers { nodes { name } } edits { nodes { text } }
} }`
/** Not cached as a whole. Its entities are, and most are those of the profile. */
const PAGE = `query Page($handle: String!) { viewer { user { handle } } user(handle: $handle) { ${FIELDS} } }`
/** Private: cached for its viewer. */
const PERSONAL = `query ($handle: String!) { user(handle: $handle) {
  name viewerFollows followsViewer viewerBlocks posts(first: 3) { nodes { text viewerHasLiked } } followersYouKnow { nodes { name } }
} }`

function everything({ people, posts }: People): Asked[] {
  const accessToken = people[0]?.token ?? ''
  return [
    ...people.flatMap(({ handle }) => [
      { query: PROFILE, variables: { handle } },
      { query: PAGE, variables: { handle }, accessToken },
      { query: PERSONAL, variables: { handle }, accessToken },
      { query: PERSONAL, variables: { handle } },
    ]),
    ...posts.map(({ id }) => ({ query: POST, variables: { id } })),
  ]
}

const isBypassed = (cache: string) => cache === 'tessera; fwd=bypass'

describe.each([
  ['the memory', ({ memoryOnly }: Gateways) => [memoryOnly, memoryOnly], 15],
  ['two gateways with Redis', ({ withRedis }: Gateways) => withRedis, 15],
] as const)('with %s', (_, chosen, count) => {
  test('after each mutation, a cached response equals the uncached one, byte for byte', async () => {
    const { plain } = gateways
    const [first, last] = chosen(gateways) as [TesseraGateway, TesseraGateway]
    const people = await somePeople(3, `${first.url}/graphql`)
    const names = Object.keys(people.mutations) as (keyof typeof people.mutations)[]
    const random = fc.sample(fc.tuple(fc.constantFrom(...names), fc.nat(2), fc.nat(2), fc.nat(9)), count)
    const steps = [...names.map((name) => [name, 0, 1, 0] as const), ...random]
    let hits = 0
    for (const [name, a, b, n] of steps) {
      await people.run(name, a, b, n)
      const { token } = people
      const all = everything(people)
      // The client that wrote sees its write at once, at every gateway.
      const early = await Promise.all(all.map((asked) => ask(last, asked, token)))
      for (const [i, asked] of all.entries()) {
        const where = `${name}: ${JSON.stringify(asked)}`
        const expected = (await ask(plain, asked, token)).text
        expect(early[i]?.text, where).toBe(expected)
        if (expected.includes('"errors"') || isBypassed(early[i]?.cache ?? '')) continue
        // A hit for the token: the cache and the copies in its response have the mutation.
        await expect.poll(async () => isHit((await ask(last, asked, token)).cache)).toBe(true)
        const { text, cache } = await ask(last, asked)
        expect(text, where).toBe((await ask(plain, asked)).text)
        if (isHit(cache)) hits++
      }
    }
    expect(hits).toBeGreaterThan(100)
  })
})

test('a response for a viewer is not shared, and a shared one is the same for all', async () => {
  const cached = gateways.memoryOnly
  const people = await somePeople(2)
  const [{ handle } = { handle: '' }, second] = people.people
  const accessToken = second?.token ?? ''
  const query = (fields: string): Asked => ({
    query: `query ($handle: String!) { user(handle: $handle) { ${fields} } }`,
    variables: { handle },
  })
  const personal = query('name viewerFollows')
  for (let i = 0; i < 3; i++) {
    const { text } = await ask(cached, { ...personal, accessToken })
    expect(JSON.parse(text)).toMatchObject({ data: { user: { viewerFollows: false } } })
    expect(JSON.parse((await ask(cached, personal)).text)).toMatchObject({
      data: { user: { viewerFollows: null } },
    })
  }
  const shared = query('name bio')
  await ask(cached, { ...shared, accessToken })
  await expect.poll(async () => isHit((await ask(cached, shared)).cache)).toBe(true)
})

test('a gateway that ran a mutation shows it to the next reader, without a token', async () => {
  const cached = gateways.memoryOnly
  const people = await somePeople(1, `${cached.url}/graphql`)
  const [{ handle } = { handle: '' }] = people.people
  for (let n = 0; n < 5; n++) {
    await people.run('updateProfile', 0, 0, n)
    const { text } = await ask(cached, { query: PROFILE, variables: { handle } })
    expect(JSON.parse(text)).toMatchObject({ data: { user: { bio: `${n}` } } })
  }
})

// As in Envelop (issue 1953): a cached response without any entity was not invalidated when there was one.
test('a response that found nothing is cached, until there is something', async () => {
  const cached = gateways.memoryOnly
  const people = await somePeople(1, `${cached.url}/graphql`)
  const [person = { handle: '' }] = people.people
  const before = person.handle
  // The handle that the mutation gives to the person.
  const after = `${before.slice(0, 20)}_1`
  const find = (handle: string) => ask(cached, { query: PROFILE, variables: { handle } })
  await expect.poll(async () => isHit((await find(after)).cache)).toBe(true)
  expect(JSON.parse((await find(after)).text)).toEqual({ data: { user: null } })
  await people.run('renameHandle', 0, 0, 0)
  expect(person.handle).toBe(after)
  expect(JSON.parse((await find(after)).text)).toMatchObject({ data: { user: { handle: after } } })
  expect((await find(before)).text).toBe(
    (await ask(gateways.plain, { query: PROFILE, variables: { handle: before } })).text,
  )
})

test('the response of a mutation shows what it wrote, also in what other fetches of it read', async () => {
  const cached = gateways.memoryOnly
  const people = await somePeople(1, `${cached.url}/graphql`)
  const [{ token: accessToken, handle } = { token: '', handle: '' }] = people.people
  const posts = 'posts(first: 1) { nodes { author { bio } } }'
  for (let n = 0; n < 5; n++) {
    const bio = `${n}`
    const query = `mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { ... on UpdateProfileSuccess { user { ${posts} } } } }`
    const { text } = await ask(cached, { query, variables: { input: { bio } }, accessToken })
    expect(JSON.parse(text)).toMatchObject({
      data: { updateProfile: { user: { posts: { nodes: [{ author: { bio } }] } } } },
    })
    // The next mutation would find the old value.
    await ask(cached, {
      query: `query ($handle: String!) { user(handle: $handle) { ${posts} } }`,
      variables: { handle },
    })
  }
})

test('what one gateway has read, another finds in Redis', async () => {
  const [first, second] = gateways.withRedis
  const people = await somePeople(1, `${first.url}/graphql`)
  const [{ handle } = { handle: '' }] = people.people
  let n = 0
  const found = async () => {
    const asked = {
      query: `query ($handle: String!) { user(handle: $handle) { a${++n}: name } }`,
      variables: { handle },
    }
    await ask(first, asked)
    return (await ask(second, asked)).cache
  }
  await expect.poll(found).toBe('tessera; hit; detail=redis')
})
