import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries'
import { createHash, randomUUID } from 'node:crypto'
import { expect, inject, test } from 'vitest'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

test.each([
  ['POST', false],
  ['GET', true],
] as const)(
  'Apollo Client sends a hash by %s, once with the query, and then the hash alone',
  async (method, useGETForHashedQueries) => {
    const sent: (string | undefined)[] = []
    const http = new HttpLink({
      uri: inject('system').gatewayUrl,
      headers: { 'apollo-require-preflight': '1' },
      fetch: (url, init) => {
        sent.push(init?.method)
        return fetch(url, init)
      },
    })
    const link = ApolloLink.from([new PersistedQueryLink({ sha256, useGETForHashedQueries }), http])
    const client = new ApolloClient({ link, cache: new InMemoryCache() })
    const query = gql(
      `query By_${randomUUID().replaceAll('-', '')} { user(handle: "nobody_here") { handle } }`,
    )
    for (const round of [1, 2]) {
      const { data } = await client.query({ query, fetchPolicy: 'no-cache' })
      expect(data, `round ${round}`).toMatchObject({ user: null })
    }
    expect(sent).toEqual([method, 'POST', method])
    client.stop()
  },
)
