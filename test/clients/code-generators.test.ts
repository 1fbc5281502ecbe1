import { buildSchema, introspectionFromSchema } from 'graphql'
import { readFile } from 'node:fs/promises'
import { expect, inject, test } from 'vitest'
import { signUpUser } from '../support/client.ts'
import { generateTypes } from './support/generate-types.ts'
import { apiSchema, type ClientProject, makeProject } from './support/project.ts'

const PROFILE = `query Profile($handle: String!, $filter: PostFilter) {
  user(handle: $handle) {
    id handle followerCount
    posts(first: 2, filter: $filter) { edges { cursor node { id text createdAt } } pageInfo { endCursor } }
  }
}`
const FOLLOW = `mutation Follow($input: FollowInput!) {
  follow(input: $input) {
    __typename
    ... on FollowSuccess { user { id followerCount } }
    ... on UserError { message path }
  }
}`

/** What is right and wrong about the types of the two operations; `ProfileData` and so on are to be in scope. */
const TYPED = `
export const handle = (data: ProfileData): string | undefined => data.user?.handle
export const count = (data: ProfileData): number | null | undefined => data.user?.followerCount
export const createdAt = (data: ProfileData): string | undefined => data.user?.posts?.edges[0]?.node.createdAt
export const variables: ProfileVariables = { handle: 'alice', filter: 'REPLIES' }
export const input: FollowVariables = { input: { userId: 'user_1' } }
export function text(data: FollowData): string {
  const payload = data.follow
  if (!payload) return 'unavailable'
  return payload.__typename === 'FollowSuccess' ? String(payload.user?.followerCount) : payload.message
}
`

/** Each line is an error: a count that another subgraph contributes may be null; no such filter; no input. */
const WRONG = `import type { FollowVariables, ProfileData, ProfileVariables } from './typed.ts'
export const count = (data: ProfileData): number | undefined => data.user?.followerCount
export const filter: ProfileVariables = { handle: 'alice', filter: 'LIKES' }
export const input: FollowVariables = {}
`

/** Resolves to where our TypeScript finds errors. */
async function typeErrors(project: ClientProject): Promise<string[]> {
  const output = await project.run('tsc', '-p', '.').catch((error: unknown) => String(error))
  return output.split('\n').flatMap((line) => /^(\S+\(\d+),\d+\): error/.exec(line)?.[1] ?? [])
}
const WRONG_LINES = ['src/wrong.ts(2', 'src/wrong.ts(3', 'src/wrong.ts(4']

test('codegen’s client preset generates types that compile and documents that the API accepts', async () => {
  await using project = await makeProject({
    'src/operations.ts': `
      import { graphql } from './gql/gql.ts'
      export const PROFILE = graphql(/* GraphQL */ \`${PROFILE}\`)
      export const FOLLOW = graphql(/* GraphQL */ \`${FOLLOW}\`)`,
    'src/typed.ts': `
      import type {
        ProfileQuery as ProfileData, ProfileQueryVariables as ProfileVariables,
        FollowMutation as FollowData, FollowMutationVariables as FollowVariables,
      } from './gql/graphql.ts'
      export type { FollowVariables, ProfileData, ProfileVariables }
      ${TYPED}`,
    'src/wrong.ts': WRONG,
  })
  await generateTypes(project.path('src/gql/'), [PROFILE, FOLLOW], {
    documentMode: 'string',
    enumsAsTypes: true,
    importExtension: '.ts',
    scalars: { DateTime: 'string' },
    strictScalars: true,
    useTypeImports: true,
  })
  expect(await typeErrors(project)).toEqual(WRONG_LINES)
  const { handle, token } = await signUpUser('typed')
  const { PROFILE: document } = (await import(project.path('src/operations.ts'))) as {
    PROFILE: { toString(): string }
  }
  const response = await fetch(inject('system').gatewayUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: document.toString(), variables: { handle } }),
  })
  expect(await response.json()).toMatchObject({ data: { user: { handle, posts: { edges: [] } } } })
})

test('gql.tada infers the types of operations from the schema, with our version of TypeScript', async () => {
  const schema = buildSchema(await readFile(apiSchema, 'utf8'))
  const introspection = introspectionFromSchema(schema, { descriptions: false })
  await using project = await makeProject({
    'src/graphql-env.d.ts': `export type introspection = ${JSON.stringify(introspection)}\n`,
    'src/wrong.ts': WRONG,
    'src/typed.ts': `
      import { initGraphQLTada, type ResultOf, type VariablesOf } from 'gql.tada'
      import type { introspection } from './graphql-env.d.ts'
      const graphql = initGraphQLTada<{ introspection: introspection; scalars: { DateTime: string } }>()
      const PROFILE = graphql(\`${PROFILE}\`)
      const FOLLOW = graphql(\`${FOLLOW}\`)
      export type ProfileData = ResultOf<typeof PROFILE>
      export type ProfileVariables = VariablesOf<typeof PROFILE>
      type FollowData = ResultOf<typeof FOLLOW>
      export type FollowVariables = VariablesOf<typeof FOLLOW>
      ${TYPED}`,
  })
  expect(await typeErrors(project)).toEqual(WRONG_LINES)
})
