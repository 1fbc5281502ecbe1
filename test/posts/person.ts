import { expect } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import {
  gql,
  signUpUser,
  type GraphQLBody,
  type RequestOptions,
  type SignedUpUser,
} from '../support/client.ts'

/** Somebody who uses the gateway and keeps the consistency token of what they did. */
export type Person = SignedUpUser & {
  name: string
  ask<Data>(query: string, variables?: Record<string, unknown>): Promise<GraphQLBody<Data>>
  rename(handle: string): Promise<void>
  setName(name: string): Promise<void>
  post(text: string): Promise<string>
  /** Takes over what others' tokens say, as if told by them. */
  hear(...others: Person[]): void
  /** The same, and waits until posts has all of it. */
  catchUp(...others: Person[]): Promise<void>
  readonly token: string
  consistency: string
}

type Payload = { result: { __typename: string; message?: string; post?: { id: string } } }

/** Signs somebody up. The handle begins with the name, which is theirs too. */
export async function person(name: string, url?: string): Promise<Person> {
  const at: RequestOptions = url === undefined ? {} : { url }
  const user = await signUpUser(name, at)
  let probe: string | null = null
  const self: Person = {
    ...user,
    name: name.slice(0, 20),
    consistency: '',
    async ask<Data>(query: string, variables: Record<string, unknown> = {}) {
      const headers = self.consistency === '' ? {} : { [CONSISTENCY_HEADER]: self.consistency }
      const { body } = await gql<Data>(query, variables, { ...at, token: user.token, headers })
      const told = body.extensions?.['consistency']
      if (typeof told === 'string') self.consistency = told
      return body
    },
    async rename(handle) {
      await change('renameHandle', { handle })
      self.handle = handle
    },
    async setName(to) {
      await change('updateProfile', { name: to })
      self.name = to
    },
    post: async (text) => (await change('createPost', { text })).post?.id ?? '',
    hear(...others) {
      const tokens = [self, ...others].map(({ consistency }) => consistency)
      self.consistency = tokens.filter((token) => token !== '').join(',')
    },
    async catchUp(...others) {
      self.hear(...others)
      probe ??= await self.post('probe')
      const stale = async () => (await self.ask(LINE, { id: probe })).extensions?.['stale'] ?? null
      await expect.poll(stale).toBeNull()
    },
  }

  async function change(mutation: string, input: Record<string, unknown>) {
    const type = mutation.slice(0, 1).toUpperCase() + mutation.slice(1)
    const { data, errors } = await self.ask<Payload>(
      `mutation ($input: ${type}Input!) { result: ${mutation}(input: $input) { __typename
        ... on UserError { message } ${mutation === 'createPost' ? '... on CreatePostSuccess { post { id } }' : ''} } }`,
      { input },
    )
    const result = data?.result
    if (errors || result?.__typename !== `${type}Success`) throw new Error(JSON.stringify({ data, errors }))
    return result
  }

  // For a token: what changes nothing has seen the sign-up, so its token has it.
  await self.setName(self.name)
  return self
}

export const LINE = `query ($id: ID!) { post(id: $id) { text author { handle name } mentions { nodes { handle name } } } }`

export type Line = {
  post: {
    text: string
    author: { handle: string; name: string } | null
    mentions: { nodes: ({ handle: string; name: string } | null)[] }
  }
}
