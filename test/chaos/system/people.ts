import type { Random } from '../../../local/seed/random.ts'
import { ask, type Answer } from './client.ts'
import { createRegister, type Register } from './register.ts'
import type { Service } from '../../../contracts/topology.ts'

/** One client, signed in as one person, who does one thing after the other. */
export type Person = {
  id: string
  accessToken: string
  /** Of what they do now: each step has random numbers of its own, whatever came of the others. */
  random: Random
  /** The consistency token that was last told. */
  consistency: string | null
  handle: Register
  bio: Register
  /** By the other's id: `true` or `false`. */
  follows: Map<string, Register>
  /** By the post's id. */
  likes: Map<string, Register>
  /** The texts of their own posts that are there, as far as they know. */
  posts: Map<string, Post>
}

export type Post = { text: Register; version: number; generation: number }

/** How often each database was restored, begun and done. */
export type Generations = Record<Service, number>

const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename
  ... on SignUpSuccess { user { id } session { accessToken } } ... on UserError { message } } }`

/** Signs somebody up, before anything goes wrong. */
export async function signUp(
  url: string,
  name: string,
  random: Random,
  generations: Generations,
): Promise<Person> {
  const input = { handle: name, name: `Person ${name}`, password: 'correct horse battery', bio: name }
  const traceId = Buffer.from(random.bytes(new Uint8Array(16))).toString('hex')
  const request = { query: SIGN_UP, variables: { input }, accessToken: '', consistency: null, traceId }
  const { id, accessToken } = sessionOf(await ask(url, request))
  const known = (service: Service, value: string) => {
    const register = createRegister(() => generations[service])
    register.write(value, traceId)('ok')
    return register
  }
  return {
    id,
    accessToken,
    random,
    consistency: null,
    handle: known('users', name),
    bio: known('users', name),
    follows: new Map(),
    likes: new Map(),
    posts: new Map(),
  }
}

function sessionOf(response: Answer): { id: string; accessToken: string } {
  const payload = response.kind === 'answered' ? response.body.data?.['signUp'] : undefined
  const { user, session } = (payload ?? {}) as { user?: { id: string }; session?: { accessToken: string } }
  if (user && session) return { id: user.id, accessToken: session.accessToken }
  throw new Error(`Nobody can sign up: ${JSON.stringify(response)}`)
}
