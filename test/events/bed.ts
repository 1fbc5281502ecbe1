import { Client } from 'pg'
import { CONSISTENCY_HEADER, type TokenEntry } from '../../contracts/consistency.ts'
import { INTERNAL_HEADER, signInternal, type Viewer } from '../../platform/internal-auth.ts'
import { startOwnSystem } from '../support/own-system.ts'
import { signUpPeople } from '../followers/people.ts'
import { createUsersBed, type UsersBed } from '../users/users-bed.ts'
import { mutationText, type MutationName } from '../users/mutations.ts'

/** A row of an outbox. */
export type Told = {
  type: string
  key: string
  version: number
  payload: Record<string, unknown>
  touches: string[] | null
  xid: string
}

/** What a mutation answered. `xids`: what it says that it wrote. */
export type Sent = { payload: Payload; xids: readonly string[] }
export type Payload = {
  __typename: string
  user?: { id: string; version: number; createdAt: string }
  session?: { accessToken: string; refreshToken: string }
  post?: { id: string }
  followState?: string
}

/** A service that nobody else uses, and its outbox. */
export type Writer = {
  database: Client
  /** @param token what the client has written before; not of users */
  send(
    mutation: string,
    viewer: Viewer | null,
    input: Record<string, unknown>,
    token?: readonly TokenEntry[],
  ): Promise<Sent>
  /** What commands wrote into the outbox after this place, in order. The copies of other databases write there as well. */
  told(after: string): Promise<Told[]>
  /** The end of the outbox. */
  end(): Promise<string>
}

export type EventBed = AsyncDisposable & {
  users: Writer
  /** Users again, in the same database, where an external identity provider signs people in. */
  external: Writer
  posts: Writer
  followers: Writer
  /** A user whom posts and followers have not seen before. */
  person: () => Viewer
  /** A user who approves followers by hand. */
  approving: Viewer
}

export async function openEventBed(): Promise<EventBed> {
  await using stack = new AsyncDisposableStack()
  const { posts, followers, person, approving } = stack.use(await openRelations())
  const users = stack.use(await createUsersBed())
  const bed = {
    users: await usersWriter(users),
    external: await usersWriter(users, { JWKS_URL: 'https://login.example.com/jwks' }),
    posts,
    followers,
    person,
    approving,
  }
  const opened = stack.move()
  return { ...bed, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

export type Relations = AsyncDisposable & {
  posts: Writer
  followers: Writer
  /** A user whom nobody has seen before. */
  person: () => Viewer
  /** A user who approves followers by hand. */
  approving: Viewer
}

/** Posts and followers, with people whom users knows. */
export async function openRelations(): Promise<Relations> {
  await using stack = new AsyncDisposableStack()
  const system = stack.use(await startOwnSystem({ processes: ['users', 'posts', 'followers'] }))
  const open = async (service: 'posts' | 'followers') => {
    const client = new Client({ connectionString: system.databaseUrls[service] })
    stack.adopt(client, () => client.end())
    await client.connect()
    return writer(client, async (mutation, viewer, input, token) => {
      const response = await fetch(system.subgraphUrls[service], {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          [INTERNAL_HEADER]: signInternal(system.internalSecret, viewer, service, Date.now()),
          [CONSISTENCY_HEADER]: JSON.stringify(token),
        },
        body: JSON.stringify({ query: textOf(mutation), variables: { input } }),
      })
      return (await response.json()) as Body
    })
  }
  const people = await signUpPeople(system.databaseUrls.users, 500)
  const person = () => {
    const next = people.pop()
    if (!next) throw new Error('There are no more people.')
    return next
  }
  const [approving] = await signUpPeople(system.databaseUrls.users, 1, { approves: true })
  if (!approving) throw new Error('Nobody was signed up.')
  const bed = { posts: await open('posts'), followers: await open('followers'), person, approving }
  const opened = stack.move()
  return { ...bed, [Symbol.asyncDispose]: () => opened.disposeAsync() }
}

/** Another process of the users service. */
export async function usersWriter(bed: UsersBed, env = {}): Promise<Writer> {
  const users = await bed.start(env)
  return writer(bed.database, (mutation, viewer, input) =>
    users.call(mutationText(mutation as MutationName), { input }, viewer),
  )
}

type Data = Record<string, Payload | null>
type Body = { data?: Data | null; extensions?: { consistency?: readonly TokenEntry[] }; errors?: unknown }
type Call = (
  mutation: string,
  viewer: Viewer | null,
  input: Record<string, unknown>,
  token: readonly TokenEntry[],
) => Promise<Body>

function writer(database: Client, call: Call): Writer {
  return {
    database,
    async send(mutation, viewer, input, token = []) {
      const { data, extensions, errors } = await call(mutation, viewer, input, token)
      const payload = data?.[mutation]
      if (!payload) throw new Error(`${mutation} has no payload: ${JSON.stringify(errors)}`)
      return { payload, xids: extensions?.consistency?.flatMap(([, , xids]) => xids ?? []) ?? [] }
    },
    async told(after) {
      const { rows } = await database.query<Told>(
        `select type, key, version, payload, touches, xid::text as xid from outbox
         where seq > $1 and type <> 'copy.changed' order by seq`,
        [after],
      )
      return rows
    },
    async end() {
      const { rows } = await database.query<{ end: string }>(
        'select coalesce(max(seq), 0)::text as end from outbox',
      )
      return rows[0]?.end ?? '0'
    },
  }
}

function textOf(mutation: string): string {
  const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`
  const post =
    !mutation.endsWith('Post') || mutation === 'deletePost' ? '' : `... on ${type}Success { post { id } }`
  const state = mutation === 'follow' ? '... on FollowSuccess { followState }' : ''
  return `mutation ($input: ${type}Input!) { ${mutation}(input: $input) { __typename ${post} ${state} } }`
}
