import { ApolloClient, ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client'
import { createClient, fetchExchange } from '@urql/core'
import { Network, Observable, type GraphQLResponse } from 'relay-runtime'
import { tap } from 'rxjs'
import { consistencyLink } from '../../../docs/clients/apollo-consistency-link.ts'
import type { ConsistencyTokens } from '../../../docs/clients/consistency-tokens.ts'
import { fetchOperation } from '../../../docs/clients/relay-network.ts'
import { consistencyExchange } from '../../../docs/clients/urql-consistency-exchange.ts'

export type Result<Data> = {
  data?: Data | null | undefined
  extensions?: Record<string, unknown> | undefined
}

/** Runs one operation as the user of this access token, without a cache. */
export type Ask = <Data>(
  query: string,
  variables: Record<string, unknown>,
  accessToken: string,
) => Promise<Result<Data>>

type Options = { url: string; tokens: ConsistencyTokens; fetch: typeof fetch }

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const isMutation = (query: string) => query.trimStart().startsWith('mutation')

function apollo({ url, tokens, fetch }: Options): Ask {
  const reading = new ApolloLink((operation, forward) =>
    forward(operation).pipe(
      tap(({ extensions }) => (operation.getContext() as ReadContext).readExtensions(extensions)),
    ),
  )
  const client = new ApolloClient({
    cache: new InMemoryCache(),
    link: ApolloLink.from([reading, consistencyLink(tokens), new HttpLink({ uri: url, fetch })]),
  })
  return async <Data>(query: string, variables: Record<string, unknown>, accessToken: string) => {
    let extensions: Result<Data>['extensions']
    const readExtensions = (found: typeof extensions) => void (extensions = found)
    const context: ReadContext = { headers: bearer(accessToken), readExtensions }
    const shared = { variables, context, fetchPolicy: 'no-cache' } as const
    const { data } = isMutation(query)
      ? await client.mutate<Data>({ ...shared, mutation: gql(query) })
      : await client.query<Data>({ ...shared, query: gql(query) })
    return { data: data as Data, extensions }
  }
}

type ReadContext = {
  headers: Record<string, string>
  readExtensions: (extensions: Record<string, unknown> | undefined) => void
}

function urql({ url, tokens, fetch }: Options): Ask {
  const client = createClient({
    url,
    fetch,
    preferGetMethod: false,
    exchanges: [consistencyExchange(tokens), fetchExchange],
  })
  return async (query, variables, accessToken) => {
    const context = { fetchOptions: { headers: bearer(accessToken) }, requestPolicy: 'network-only' } as const
    const { data, error, extensions } = await (
      isMutation(query) ? client.mutation(query, variables, context) : client.query(query, variables, context)
    ).toPromise()
    if (error) throw error
    return { data, extensions }
  }
}

function relay({ url, tokens, fetch }: Options): Ask {
  return async (query, variables, accessToken) => {
    const headers = () => bearer(accessToken)
    const network = Network.create(fetchOperation({ url, tokens, fetch, headers }))
    const name = /\b[A-Z]\w*/.exec(query)?.[0] ?? ''
    const operationKind = isMutation(query) ? ('mutation' as const) : ('query' as const)
    const request = { id: null, cacheID: query, name, text: query, metadata: {}, operationKind }
    const response = network.execute({ ...request, providedVariables: {} }, variables, {}, null)
    const result = (await Observable.from(response).toPromise()) as GraphQLResponse & Result<never>
    if ('errors' in result) throw new Error(JSON.stringify(result))
    return result
  }
}

export const consistentClients = { 'Apollo Client': apollo, urql, Relay: relay }
