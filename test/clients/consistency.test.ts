import { beforeAll, describe, expect, inject, test } from 'vitest'
import { CONSISTENCY_HEADER, createConsistencyTokens } from '../../docs/clients/consistency-tokens.ts'
import { gqlData, signUpUser, type SignedUpUser } from '../support/client.ts'
import { consistentClients, type Ask } from './support/consistent-clients.ts'

const POST = `mutation Post($text: String!) {
  createPost(input: { text: $text }) { __typename ... on CreatePostSuccess { post { id } } }
}`
const RENAME = `mutation Rename($name: String!) {
  updateProfile(input: { name: $name }) { __typename ... on UpdateProfileSuccess { user { name } } }
}`
const FOLLOW = `mutation Follow($userId: ID!) { follow(input: { userId: $userId }) { __typename } }`
/** The author's name comes from the copy that the posts subgraph has of it, which follows the write a moment later. */
const READ = `query Read($id: ID!) { post(id: $id) { author { name } } }`

type Posted = { createPost: { post: { id: string } } }
type Read = { post: { author: { name: string } } | null }
type Writer = SignedUpUser & { postId: string }

const writers: Writer[] = []
beforeAll(async () => {
  for (let i = 0; i < 8; i++) {
    const user = await signUpUser('writer')
    const { createPost } = await gqlData<Posted>(POST, { text: 'Hello' }, user)
    writers.push({ ...user, postId: createPost.post.id })
  }
})

/** `fetch`, and what was sent and came back. */
function recordedFetch() {
  const requests: { header: string; status: number }[] = []
  const recorded: typeof fetch = async (url, init) => {
    const response = await fetch(url, init)
    const header = new Headers(init?.headers).get(CONSISTENCY_HEADER) ?? ''
    requests.push({ header, status: response.status })
    return response
  }
  return { fetch: recorded, requests }
}

function longestOf(requests: readonly { header: string }[]): { tokens: number; characters: number } {
  const headers = requests.map(({ header }) => header)
  return {
    tokens: Math.max(...headers.map((header) => header.split(',').length)),
    characters: Math.max(...headers.map(({ length }) => length)),
  }
}

/** The author's name, asked for until the answer does not say that its copy is behind. */
async function readName(ask: Ask, { postId, token }: Writer): Promise<string | undefined> {
  for (;;) {
    const { data, extensions } = await ask<Read>(READ, { id: postId }, token)
    if (!extensions?.['stale']) return data?.post?.author.name
  }
}

async function renameAndRead(ask: Ask, writer: Writer, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    const name = `Name ${i}`
    await ask(RENAME, { name }, writer.token)
    expect(await readName(ask, writer)).toBe(name)
  }
}

describe.each(Object.entries(consistentClients))('%s with the link of docs/clients', (kind, makeClient) => {
  const start = (fetch: typeof globalThis.fetch, tokens = createConsistencyTokens()) =>
    makeClient({ url: inject('system').gatewayUrl, tokens, fetch })

  const mutations = kind === 'Apollo Client' ? 1_000 : 80
  test(`sees each of its ${mutations} writes, eight at a time, and its header stays short`, async () => {
    const { fetch, requests } = recordedFetch()
    const ask = start(fetch)
    await Promise.all(writers.map((writer) => renameAndRead(ask, writer, mutations / 8)))
    expect(requests.length).toBeGreaterThanOrEqual(2 * mutations)
    expect(new Set(requests.map(({ status }) => status))).toEqual(new Set([200]))
    const { tokens, characters } = longestOf(requests)
    expect(tokens).toBeGreaterThan(1)
    expect(tokens).toBeLessThanOrEqual(8)
    expect(characters).toBeLessThan(1_000)
  })

  test('sends a short header even if it writes to all databases at the same time', async () => {
    const { fetch, requests } = recordedFetch()
    const ask = start(fetch)
    const [{ id: userId }] = writers as [Writer]
    await Promise.all(
      writers.map(async ({ token }, i) => {
        for (let round = 0; round < 12; round++) {
          if ((i + round) % 3 === 0) await ask(RENAME, { name: `Name ${round}` }, token)
          else if ((i + round) % 3 === 1) await ask(POST, { text: `Post ${round}` }, token)
          else await ask(FOLLOW, { userId }, token)
        }
      }),
    )
    expect(new Set(requests.map(({ status }) => status))).toEqual(new Set([200]))
    expect(longestOf(requests).characters).toBeLessThanOrEqual(8 * 500 + 7)
  })

  test.each([
    ['cut short', 'cut.short'],
    ['too many', Array.from({ length: 1_000 }, (_, i) => `token.${i}`).join()],
  ])('discards tokens that are %s, and repeats the rejected request', async (_, initial) => {
    const { fetch, requests } = recordedFetch()
    const values: string[] = []
    const tokens = createConsistencyTokens({ initial, onChange: (value) => values.push(value) })
    const ask = start(fetch, tokens)
    await Promise.all(writers.map((writer) => renameAndRead(ask, writer, 1)))
    const refused = requests.filter(({ status }) => status === 400)
    expect(refused.map(({ header }) => header)).toEqual(Array.from({ length: 8 }, () => initial))
    expect(values[0]).toBe('')
    expect(values.at(-1)).toBe([...tokens.held()].join())
  })
})
