import type { FetchFunction, GraphQLResponse } from 'relay-runtime'
import {
  type ConsistencyTokens,
  createConsistencyTokens,
  saysTokenInvalid,
  withTokens,
} from './consistency-tokens.ts'

export type RelayNetworkOptions = {
  url: string
  /** Headers of each request, for example `authorization`. */
  headers?: () => Record<string, string>
  tokens?: ConsistencyTokens
  /** @default the global one */
  fetch?: typeof fetch
}

/**
 * For Relay: `Network.create(fetchOperation({ url }))`. Each request asks for data that has this client's own writes. A
 * request whose tokens are refused is repeated once without them.
 */
export function fetchOperation(options: RelayNetworkOptions): FetchFunction {
  const { url, headers = () => ({}), tokens = createConsistencyTokens(), fetch = globalThis.fetch } = options

  async function ask(
    body: string,
    given: Record<string, string>,
    mayRepeat: boolean,
  ): Promise<GraphQLResponse> {
    const sent = tokens.held()
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        ...withTokens(given, sent),
      },
      body,
    })
    const result = (await response.json()) as Answer
    tokens.received(sent, result.extensions)
    if (!saysTokenInvalid(result.errors)) return result as GraphQLResponse
    tokens.refused(sent)
    return mayRepeat ? ask(body, given, false) : (result as GraphQLResponse)
  }

  return ({ text, name }, variables) =>
    ask(JSON.stringify({ query: text, variables, operationName: name }), headers(), true)
}

type Answer = { extensions?: unknown; errors?: { message: string; extensions?: Record<string, unknown> }[] }
