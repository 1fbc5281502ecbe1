import { readAnswer, type GraphQLAnswer } from './answer.ts'
import { requestHeaders, type Caller, type Signing } from './headers.ts'
import { createResilience, type ResilienceOptions } from './resilience.ts'
import type { SubgraphTarget } from './target.ts'
import type { Transport } from './transport.ts'

/** Sends GraphQL to one subgraph. */
export type SubgraphClient = {
  readonly name: string
  readonly internal: boolean
  /**
   * @param body a GraphQL request as JSON text
   * @param mutation repeating a mutation could do it twice: it gets one attempt
   * @throws SubgraphFault when there is no usable answer after the attempts it may make
   */
  request(body: string, mutation: boolean, caller: Caller): Promise<GraphQLAnswer>
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
    request(body, mutation, caller) {
      return resilience.run(!mutation, async () => {
        const headers = requestHeaders(target, name, caller, signing)
        return readAnswer(await transport.send({ url: target.url, method: 'POST', headers, body, timeoutMs }))
      })
    },
  }
}
