import { inject } from 'vitest'
import type { Service } from '../../contracts/topology.ts'
import { INTERNAL_HEADER, signInternal, type Viewer } from '../../platform/internal-auth.ts'
import type { GraphQLBody } from './client.ts'
import type { SystemAddresses } from './global-setup.ts'

export type SubgraphResponse<Data> = {
  status: number
  headers: Headers
  body: GraphQLBody<Data>
  /** Number of SQL statements according to `Server-Timing`. Null if that header is missing. */
  statements: number | null
}

/**
 * Sends a request directly to a subgraph, with the signature that the gateway would use.
 *
 * @param system addresses of the system. @default the system that all tests share
 */
export async function callSubgraph<Data = unknown>(
  service: Service,
  viewer: Viewer | null,
  query: string,
  variables: Record<string, unknown> = {},
  system: Pick<SystemAddresses, 'subgraphUrls' | 'internalSecret'> = inject('system'),
  headers: Readonly<Record<string, string>> = {},
): Promise<SubgraphResponse<Data>> {
  const response = await fetch(system.subgraphUrls[service], {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...headers,
      [INTERNAL_HEADER]: signInternal(system.internalSecret, viewer, service, Date.now()),
    },
    body: JSON.stringify({ query, variables }),
  })
  const statements = /sql;desc="(\d+) statements"/.exec(response.headers.get('server-timing') ?? '')?.[1]
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as GraphQLBody<Data>,
    statements: statements === undefined ? null : Number(statements),
  }
}
