import { randomBytes } from 'node:crypto'
import { inject } from 'vitest'

export type GraphQLError = {
  message: string
  path?: (string | number)[]
  extensions?: Record<string, unknown>
}

export type GraphQLBody<Data> = {
  data?: Data | null
  errors?: GraphQLError[]
  extensions?: Record<string, unknown>
}

export type RequestOptions = {
  /** An access token. */
  token?: string
  headers?: Record<string, string>
  /** URL of the gateway. @default the gateway that all tests share */
  url?: string
}

/** Sends an operation to the gateway, as a client would. Rejects if the response is not JSON. */
export async function gql<Data = unknown>(
  query: string,
  variables: Record<string, unknown> = {},
  { token, headers, url = inject('system').gatewayUrl }: RequestOptions = {},
): Promise<{ status: number; headers: Headers; body: GraphQLBody<Data> }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as GraphQLBody<Data>,
  }
}

/** Like `gql`, for operations that must succeed. Returns the data, and throws on any error. */
export async function gqlData<Data>(
  query: string,
  variables?: Record<string, unknown>,
  options?: RequestOptions,
): Promise<Data> {
  const { status, body } = await gql<Data>(query, variables, options)
  if (status === 200 && !body.errors && body.data) return body.data
  throw new Error(`the gateway answered ${status}: ${JSON.stringify(body)}`)
}

export type SignedUpUser = {
  id: string
  handle: string
  password: string
  token: string
  refreshToken: string
}

type SignUpData = {
  signUp: {
    __typename: string
    user: { id: string; handle: string }
    session: { accessToken: string; refreshToken: string }
  }
}

/** Signs up a new user through the public API. The handle begins with `name` and is unique. */
export async function signUpUser(name = 'someone', options: RequestOptions = {}): Promise<SignedUpUser> {
  const handle = `${name.slice(0, 20)}_${randomBytes(4).toString('hex')}`
  const password = `password of ${handle}`
  const { signUp } = await gqlData<SignUpData>(
    `mutation ($input: SignUpInput!) {
      signUp(input: $input) {
        __typename
        ... on SignUpSuccess { user { id handle } session { accessToken refreshToken } }
        ... on UserError { code path message }
      }
    }`,
    { input: { handle, name, password } },
    options,
  )
  if (signUp.__typename !== 'SignUpSuccess') throw new Error(`sign-up failed: ${JSON.stringify(signUp)}`)
  const { user, session } = signUp
  return { ...user, password, token: session.accessToken, refreshToken: session.refreshToken }
}
