import { z } from 'zod'

const SignedIn = z.object({
  data: z.object({ signIn: z.object({ session: z.object({ accessToken: z.string() }).optional() }) }),
})

const SIGN_IN = `mutation SignIn($input: SignInInput!) {
  signIn(input: $input) { __typename ... on SignInSuccess { session { accessToken } } }
}`

/** Signs in through the public API. @returns the access token, or null if the password is no longer valid */
export async function signIn(gatewayUrl: string, handle: string, password: string): Promise<string | null> {
  const response = await fetch(gatewayUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: SIGN_IN, variables: { input: { handle, password } } }),
  })
  const result = SignedIn.safeParse(await response.json())
  return result.data?.data.signIn.session?.accessToken ?? null
}
