import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { FACETS_HEADER } from '../../contracts/facets.ts'
import { services, type Service } from '../../contracts/topology.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { callSubgraph } from '../support/subgraph.ts'
import { somePeople, type People } from './support/people.ts'

const databases = new Map<Service, Client>()
beforeAll(async () => {
  for (const service of services) {
    const client = new Client({ connectionString: inject('system').databaseUrls[service] })
    await client.connect()
    databases.set(service, client)
  }
})
afterAll(async () => {
  await Promise.all(Array.from(databases.values(), (client) => client.end()))
})

async function ask(
  service: Service,
  viewer: Viewer | null,
  query: string,
  variables: Record<string, unknown>,
) {
  const headers = { [FACETS_HEADER]: '1' }
  const { body } = await callSubgraph<Record<string, unknown>>(
    service,
    viewer,
    query,
    variables,
    inject('system'),
    headers,
  )
  expect(body.errors).toBeUndefined()
  return { data: body.data ?? {}, facets: body.extensions?.['facets'] as string[][] }
}

/** Each is asked for by itself, because the facets of one would hide that those of another are missing. */
const FIELDS: Record<Service, Record<string, string[]>> = {
  users: {
    User: ['handle', 'name', 'bio', 'approvesFollowers', 'version'],
    Viewer: ['user { name }', 'followRequests { nodes { id } }'],
  },
  posts: {
    User: [
      'handle',
      'postCount',
      'posts(first: 3) { nodes { text } }',
      'posts { edges { node { author { name } } } }',
      'posts(first: 1) { pageInfo { hasNextPage } }',
      'posts(filter: REPLIES, last: 2) { edges { cursor } }',
      'posts(filter: POSTS, last: 1) { nodes { id } pageInfo { hasPreviousPage startCursor } }',
      'posts(first: 2) { nodes { replyTo { author { name } } } }',
      'posts { nodes { replies { nodes { mentions { nodes { handle } } } } } }',
      'posts { nodes { mentions { nodes { posts(first: 1) { nodes { id } } } } } }',
    ],
    Post: [
      'text',
      'version',
      'likeCount',
      'replyCount',
      'viewerHasLiked',
      'author { handle }',
      'mentions { nodes { handle } }',
      'replyTo { text }',
      'replies { nodes { text } }',
      'likers { nodes { name } }',
      'edits { nodes { text } }',
      'mentions { edges { cursor } }',
      'id',
      'replyTo { id }',
      'replyTo { replyTo { replyCount } }',
      'replies { nodes { replyTo { likeCount } } }',
      'likers(last: 1) { edges { likedAt node { id } } }',
      'mentions(last: 1) { nodes { name } }',
      'author { posts(first: 1) { nodes { likeCount } } }',
      'replies(first: 1) { pageInfo { hasNextPage } }',
      'likers(first: 1) { pageInfo { hasNextPage } }',
      'edits(first: 1) { pageInfo { hasNextPage } }',
    ],
    Viewer: ['likedPosts { nodes { text } }', 'likedPosts { edges { likedAt } }'],
  },
  followers: {
    User: [
      'followerCount',
      'followingCount',
      'viewerFollows',
      'followsViewer',
      'viewerBlocks',
      'followers { nodes { id } }',
      'followers { nodes { followerCount } }',
      'following { nodes { id } }',
      'followersYouKnow { nodes { id } }',
      'followers(first: 1) { pageInfo { hasNextPage } }',
      'following(last: 1) { edges { followedAt } }',
      'followersYouKnow(first: 1) { pageInfo { hasNextPage } }',
      'followers { nodes { followersYouKnow { nodes { id } } } }',
      'following { nodes { viewerFollows followsViewer viewerBlocks } }',
      'following { nodes { followers(first: 1) { nodes { followingCount } } } }',
    ],
    Viewer: [
      'followers { nodes { id } }',
      'following(last: 1) { edges { followedAt } }',
      'followers(asOf: "2026-01-01T00:00:00Z") { nodes { followerCount } }',
      'audience(from: "2025-01-01T00:00:00Z", to: "2026-01-01T00:00:00Z", by: MONTH) { followers gained }',
      'blocking { nodes { id } }',
    ],
  },
}

/** What a subgraph shows about one entity or look-up, and the facets that this rests on. */
type Shown = { text: string; facets: readonly string[] }

/** Everything that the subgraphs show about these people, to one of them. */
async function everything(
  { people, posts }: People,
  handles: readonly string[],
  cursors: ReadonlyMap<string, string>,
): Promise<Map<string, Shown>> {
  const viewerId = people[0]?.id ?? ''
  const viewer = { id: viewerId, session: null }
  const ids = {
    User: people.map(({ id }) => id),
    Post: posts.map(({ id }) => id),
    Viewer: [viewerId.replace('user_', 'viewer_')],
  }
  const shown = new Map<string, Shown>()
  const requests = services.flatMap((service) =>
    Object.entries(FIELDS[service]).flatMap(([type, all]) =>
      all.map((fields) => ({ service, type, fields })),
    ),
  )
  const entities = requests.map(async ({ service, type, fields }) => {
    const representations = ids[type as keyof typeof ids].map((id) => ({ __typename: type, id }))
    const query = `query ($r: [_Any!]!) { _entities(representations: $r) { ... on ${type} { ${fields} } } }`
    const { data, facets } = await ask(service, viewer, query, { r: representations })
    for (const [i, entity] of (data['_entities'] as unknown[]).entries()) {
      const name = `${service}: ${fields} of ${representations[i]?.id}`
      shown.set(name, { text: JSON.stringify(entity), facets: facets[i] ?? [] })
    }
  })
  const spelled = handles.flatMap((handle) => [handle, handle.toUpperCase()])
  const lookups = spelled.map(async (handle) => {
    const query = 'query ($handle: String!) { user(handle: $handle) { name } }'
    const { data, facets } = await ask('users', viewer, query, { handle })
    shown.set(`users: @${handle}`, { text: JSON.stringify(data), facets: facets[0] ?? [] })
  })
  const postLookups = posts.map(async ({ id }) => {
    const { data, facets } = await ask('posts', viewer, 'query ($id: ID!) { post(id: $id) { id } }', { id })
    shown.set(`posts: ${id}`, { text: JSON.stringify(data), facets: facets[0] ?? [] })
  })
  // With a fixed cursor, a page changes at both of its ends.
  const pages = [...cursors].flatMap(([id, cursor]) =>
    ['first: 2, after', 'last: 2, before'].map(async (end) => {
      const fields = `posts(${end}: $cursor) { nodes { id } pageInfo { hasNextPage hasPreviousPage } }`
      const query = `query ($r: [_Any!]!, $cursor: String!) { _entities(representations: $r) { ... on User { ${fields} } } }`
      const r = [{ __typename: 'User', id }]
      const { data, facets } = await ask('posts', viewer, query, { r, cursor })
      shown.set(`posts: ${end} of ${id}`, { text: JSON.stringify(data), facets: facets[0] ?? [] })
    }),
  )
  await Promise.all([...entities, ...lookups, ...postLookups, ...pages])
  return shown
}

/** The cursor of a post of each person. */
async function someCursors({ people }: People): Promise<Map<string, string>> {
  const representations = people.map(({ id }) => ({ __typename: 'User', id }))
  const query =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { posts(first: 1) { pageInfo { endCursor } } } } }'
  const { data } = await ask('posts', null, query, { r: representations })
  const found = data['_entities'] as { posts: { pageInfo: { endCursor: string } } }[]
  return new Map(people.map(({ id }, i) => [id, found[i]?.posts.pageInfo.endCursor ?? '']))
}

/** The facets that events have touched since. Facets of others do not matter: their ids are random. */
async function touchedSince(ends: ReadonlyMap<Service, string>): Promise<Set<string>> {
  const touched = new Set<string>()
  for (const [service, client] of databases) {
    const { rows } = await client.query<{ touches: string[] | null }>(
      'select touches from outbox where seq > $1',
      [ends.get(service)],
    )
    for (const { touches } of rows) for (const facet of touches ?? []) touched.add(facet)
  }
  return touched
}

async function readEnds(): Promise<Map<Service, string>> {
  const ends = new Map<Service, string>()
  for (const [service, client] of databases) {
    const { rows } = await client.query<{ end: string }>('select coalesce(max(seq), 0) as end from outbox')
    ends.set(service, rows[0]?.end ?? '0')
  }
  return ends
}

/** Waits until posts has copied the handles and names. */
async function untilCopied({ people }: People): Promise<void> {
  const own = new Set(people.map(({ id }) => id))
  const names = async (service: Service) => {
    const query = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { handle name } } }'
    const representations = [...own].map((id) => ({ __typename: 'User', id }))
    return JSON.stringify((await ask(service, null, query, { r: representations })).data)
  }
  const expected = await names('users')
  await expect.poll(() => names('posts')).toBe(expected)
}

test('what a mutation changes in a response rests on a facet that its events touch', async () => {
  const people = await somePeople(4)
  await untilCopied(people)
  const handles = new Set(people.people.map(({ handle }) => handle))
  const cursors = await someCursors(people)
  let before = await everything(people, [...handles], cursors)
  const names = Object.keys(people.mutations) as (keyof typeof people.mutations)[]
  const random = fc.sample(fc.tuple(fc.constantFrom(...names), fc.nat(3), fc.nat(3), fc.nat(9)), 100)
  // The first ones are in an order in which each changes something.
  const known = [
    ['follow', 2, 1, 0],
    ['follow', 0, 2, 0],
    ['likePost', 0, 0, 1],
    ['likePost', 0, 0, 2],
    ['deletePost', 0, 0, 1],
  ] as const
  const steps = [...names.map((name) => [name, 0, 1, 0] as const), ...known, ...random]
  const changedBy = new Set<string>()
  for (const [name, a, b, n] of steps) {
    const ends = await readEnds()
    await people.run(name, a, b, n)
    await untilCopied(people)
    const touched = await touchedSince(ends)
    for (const { handle } of people.people) handles.add(handle)
    const after = await everything(people, [...handles], cursors)
    for (const [what, { text, facets }] of before) {
      if (after.get(what)?.text === text) continue
      changedBy.add(name)
      const shared = facets.some((facet) => touched.has(facet))
      expect(
        shared,
        `${name} changed ${what} from ${text} to ${after.get(what)?.text}, which rests on ${facets.join()}`,
      ).toBe(true)
    }
    before = after
  }
  // Each kind of mutation was seen to change something.
  expect([...changedBy].toSorted()).toEqual(names.toSorted())
})

test('a response lists its facets only if the gateway asks for them', async () => {
  const { body } = await callSubgraph('posts', null, '{ post(id: "post_01jd3w8k2he5bvqz4p7n6m9xtr") { id } }')
  expect(body).not.toHaveProperty('extensions')
})
