import type { TokenEntry } from '../../contracts/consistency.ts'
import { parseIdOf } from '../../contracts/ids.ts'
import { INTERNAL_HEADER, signInternal, type Viewer } from '../../platform/internal-auth.ts'
import { mutationText, type MutationName, type Payload } from './mutations.ts'

export const SECRET = 'a secret of the users tests, long enough'
export const PASSWORD = 'correct horse battery'

export type Answer<Data> = {
  data: Data | null
  errors?: { message: string; path?: unknown[]; extensions: { code: string } }[]
  extensions?: { consistency?: TokenEntry[] }
  /** SQL statements it took. */
  statements: number
}

/** The users subgraph as the gateway sees it. */
export type UsersSubgraph = {
  url: string
  call<Data>(
    query: string,
    variables?: Record<string, unknown>,
    viewer?: Viewer | null,
  ): Promise<Answer<Data>>
  /** Runs a mutation and returns its payload, every field selected. */
  mutate(name: MutationName, input: Record<string, unknown>, viewer?: Viewer | null): Promise<Payload>
  /** Gets a route; `signedFor`: with an internal header that names this subgraph. */
  get<Body>(path: string, signedFor?: string | null): Promise<{ status: number; body: Body }>
  /** The same, for what is no JSON. */
  getText(path: string, signedFor?: string | null): Promise<{ status: number; text: string }>
}

/** @param now the clock of the subgraph, in milliseconds */
export function createClient(url: string, now: () => number): UsersSubgraph {
  const signature = (viewer: Viewer | null, subgraph: string) => ({
    [INTERNAL_HEADER]: signInternal(SECRET, viewer, subgraph, now()),
  })

  async function call<Data>(
    query: string,
    variables = {},
    viewer: Viewer | null = null,
  ): Promise<Answer<Data>> {
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signature(viewer, 'users') },
      body: JSON.stringify({ query, variables }),
    })
    const body = (await response.json()) as { data?: Data; errors?: NonNullable<Answer<Data>['errors']> }
    const statements = Number(/(\d+) statements/.exec(response.headers.get('server-timing') ?? '')?.[1])
    return { data: null, ...body, statements }
  }

  async function getText(path: string, signedFor: string | null = null) {
    const headers = signedFor === null ? {} : signature(null, signedFor)
    const response = await fetch(`${url}${path}`, { headers })
    return { status: response.status, text: await response.text() }
  }

  return {
    url,
    call,
    getText,
    async mutate(name, input, viewer = null) {
      const { data, errors } = await call<Record<string, Payload | null>>(
        mutationText(name),
        { input },
        viewer,
      )
      const payload = data?.[name]
      if (!payload) throw new Error(`${name} has no payload: ${JSON.stringify(errors)}`)
      return payload
    },
    async get<Body>(path: string, signedFor: string | null = null) {
      const { status, text } = await getText(path, signedFor)
      return { status, body: JSON.parse(text) as Body }
    },
  }
}

export const ENDED_SESSIONS_URL = '/log/export?name=ended-sessions'

/** The sessions that users tells other services have ended. */
export async function endedSessions(users: UsersSubgraph): Promise<(string | undefined)[]> {
  const { text } = await users.getText(ENDED_SESSIONS_URL, 'users')
  const [, ...rows] = text.trim().split('\n')
  return rows.map((row) => (JSON.parse(row) as { id?: string }).id)
}

export type SignedUp = { id: string; uuid: string; viewer: Viewer; accessToken: string; refreshToken: string }

/** Signs somebody up; `viewer` is what the gateway would make of their access token. */
export async function signUp(users: UsersSubgraph, handle: string, name = handle): Promise<SignedUp> {
  const payload = await users.mutate('signUp', { handle, name, password: PASSWORD })
  return signedIn(payload)
}

/** What a successful `signUp` or `signIn` gives. */
export function signedIn({ user, session, ...rest }: Payload): SignedUp {
  if (!user || !session) throw new Error(`nobody was signed in: ${JSON.stringify(rest)}`)
  const claims: unknown = JSON.parse(
    Buffer.from(session.accessToken.split('.')[1] ?? '', 'base64url').toString(),
  )
  const { sub, sid } = claims as { sub: string; sid: string }
  const uuid = parseIdOf('user', sub)
  if (uuid === null || sub !== user.id) throw new Error(`the token is for ${sub}, not ${user.id}`)
  const { accessToken, refreshToken } = session
  return { id: user.id, uuid, viewer: { id: sub, session: sid }, accessToken, refreshToken }
}
