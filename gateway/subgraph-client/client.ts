import { readAnswer, type GraphQLAnswer } from './answer.ts'
import { requestHeaders, type Caller, type Signing } from './headers.ts'
import { createResilience, type ResilienceOptions } from './resilience.ts'
import type { SubgraphTarget } from './target.ts'
import type { Transport } from './transport.ts'

export type SubgraphRequest = {
  query: string
  variables?: Record<string, unknown> | undefined
  operationName?: string | undefined
}

/** Sends GraphQL to one subgraph. */
export type SubgraphClient = {
  readonly name: string
  readonly internal: boolean
  /** @throws SubgraphFault when there is no usable answer after the attempts it may make */
  request(request: SubgraphRequest, caller: Caller): Promise<GraphQLAnswer>
}

export type ClientOptions = {
  transport: Transport
  /** Per attempt, in milliseconds. */
  timeoutMs: number
  /** Null where no subgraph is internal. */
  signing: Signing | null
  resilience?: ResilienceOptions | undefined
}

export function createSubgraphClient(
  name: string,
  target: SubgraphTarget,
  options: ClientOptions,
): SubgraphClient {
  const { transport, timeoutMs, signing } = options
  const resilience = createResilience(options.resilience)
  return {
    name,
    internal: target.kind === 'internal',
    request({ query, variables, operationName }, caller) {
      const body = JSON.stringify({ query, variables, operationName })
      return resilience.run(!isMutation(query), async () => {
        const headers = requestHeaders(target, name, caller, signing)
        return readAnswer(await transport.send({ url: target.url, method: 'POST', headers, body, timeoutMs }))
      })
    },
  }
}

/** The planner sends one operation per text, and writes its kind first. Repeating a mutation could do it twice. */
export function isMutation(query: string): boolean {
  return /^\s*mutation\b/.test(query)
}
