import { afterAll, beforeAll, expect, it } from 'vitest'
import { gqlData, signUpUser, type SignedUpUser } from '../support/client.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'

/** The wait of the gateway after a mutation, `gateway/cache/after-write.ts`. A mutation that took less has waited to the end. */
const PATIENCE_MS = 250

let system: OwnSystem
let ann: SignedUpUser
let bob: SignedUpUser
let postId: string

beforeAll(async () => {
  system = await startOwnSystem({ env: { CACHE: 'memory', GATEWAY_ENGINE: 'tessera' } })
  const url = system.gatewayUrl
  ann = await signUpUser('ann', { url })
  bob = await signUpUser('bob', { url })
  const created = await mutate(ann, 'createPost', { text: 'Hello' }, 'post { id }')
  postId = created.post?.id ?? ''
})

afterAll(() => system[Symbol.asyncDispose]())

type Payload = { __typename: string; post?: { id: string } }

/** Sends a mutation without a consistency token. `ms` is how long the response took. */
async function mutate(
  viewer: SignedUpUser,
  mutation: string,
  input: Record<string, unknown>,
  fields = '__typename',
): Promise<Payload & { ms: number }> {
  const type = mutation.slice(0, 1).toUpperCase() + mutation.slice(1)
  const begun = performance.now()
  const { result } = await gqlData<{ result: Payload }>(
    `mutation ($input: ${type}Input!) { result: ${mutation}(input: $input) {
      __typename ... on ${type}Success { ${fields} } } }`,
    { input },
    { url: system.gatewayUrl, token: viewer.token },
  )
  return { ...result, ms: performance.now() - begun }
}

const like = async () => (await mutate(bob, 'likePost', { postId })).__typename

it('once a user is blocked, the next like of theirs is refused, although it names no write; 50 times in a row', async () => {
  const likes: { blocked: string[]; unblocked: string[] } = { blocked: [], unblocked: [] }
  while (likes.blocked.length < 50) {
    const block = await mutate(ann, 'block', { userId: bob.id })
    // A machine that is busy may use up the wait of the gateway. Then nothing is promised.
    if (block.ms < PATIENCE_MS) likes.blocked.push(await like())
    const unblock = await mutate(ann, 'unblock', { userId: bob.id })
    if (unblock.ms < PATIENCE_MS) likes.unblocked.push(await like())
  }
  expect(likes).toEqual({
    blocked: likes.blocked.map(() => 'Forbidden'),
    unblocked: likes.unblocked.map(() => 'LikePostSuccess'),
  })
})
