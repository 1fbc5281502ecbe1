import type { Random } from '../../../local/seed/random.ts'
import { ask, type Answer } from './client.ts'
import { createRegister, type Register } from './register.ts'
import { createShelf, type Shelf } from './shelf.ts'
import type { Service } from '../../../contracts/topology.ts'

/** One client, signed in as one user, with one operation at a time. */
export type Person = {
  id: string
  accessToken: string
  /** The random numbers of the current step. They do not depend on the outcome of other steps. */
  random: Random
  /** Whether the user approves, removes and blocks others who do so too. Then neither knows what their relation is. */
  sharing: boolean
  /** Users whose requests to follow may wait for this user. */
  asking: Set<Person>
  /** The last consistency token that was received. */
  consistency: string | null
  handle: Register
  bio: Register
  /** By the id of the other user: `true` or `false`. */
  follows: Map<string, Register>
  /** By the id of the post. */
  likes: Map<string, Register>
  /** The texts of the user's own posts, as far as the client knows. */
  posts: Map<string, Post>
  /** All posts that the user has published and deleted. */
  shelf: Shelf
}

export type Post = { text: Register; version: number; generation: number }

/** The number of restores of each database, started and finished. */
export type Generations = Record<Service, number>

const SIGN_UP = `mutation ($input: SignUpInput!) { signUp(input: $input) { __typename
  ... on SignUpSuccess { user { id } session { accessToken } } ... on UserError { message } } }`

/** Signs a user up before the first fault. */
export async function signUp(
  url: string,
  name: string,
  random: Random,
  generations: Generations,
  sharing: boolean,
): Promise<Person> {
  const input = { handle: name, name: `Person ${name}`, password: 'correct horse battery', bio: name }
  const traceId = Buffer.from(random.bytes(new Uint8Array(16))).toString('hex')
  const request = { query: SIGN_UP, variables: { input }, accessToken: '', consistency: null, traceId }
  const { id, accessToken } = sessionOf(await ask(url, request))
  return newPerson({ id, handle: name, accessToken, random, generations, sharing, operation: traceId })
}

export type NewPerson = Pick<Person, 'id' | 'accessToken' | 'random'> & {
  /** The handle, which is also the bio. */
  handle: string
  generations: Generations
  /** @default false */
  sharing?: boolean
  /** The operation that signed the person up. */
  operation?: string
  /** Monotonic, in milliseconds. */
  clock?: () => number
}

/** What a client knows right after it has signed up. */
export function newPerson({
  generations,
  handle,
  operation = 'sign-up',
  sharing = false,
  clock,
  ...person
}: NewPerson): Person {
  const known = (value: string) => {
    const register = createRegister(() => generations.users, clock)
    register.write(value, operation)('ok')
    return register
  }
  return {
    ...person,
    sharing,
    asking: new Set(),
    consistency: null,
    handle: known(handle),
    bio: known(handle),
    follows: new Map(),
    likes: new Map(),
    posts: new Map(),
    shelf: createShelf(() => generations.posts, clock),
  }
}

function sessionOf(response: Answer): { id: string; accessToken: string } {
  const payload = response.kind === 'answered' ? response.body.data?.['signUp'] : undefined
  const { user, session } = (payload ?? {}) as { user?: { id: string }; session?: { accessToken: string } }
  if (user && session) return { id: user.id, accessToken: session.accessToken }
  throw new Error(`Nobody can sign up: ${JSON.stringify(response)}`)
}
