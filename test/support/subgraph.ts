import { inject } from 'vitest'
import type { Service } from '../../contracts/topology.ts'
import { INTERNAL_HEADER, signInternal, type Viewer } from '../../platform/internal-auth.ts'
import type { GraphQLBody } from './client.ts'
import type { SystemAddresses } from './global-setup.ts'

export type SubgraphResponse<Data> = {
  status: number
  headers: Headers
  body: GraphQLBody<Data>
  /** SQL statements it took, as its `Server-Timing` says; null when it does not. */
  statements: number | null
}

/**
 * Asks a subgraph directly, with the signature that the gateway would give.
 *
 * @param system where it is. @default the one all tests share
 */
export async function callSubgraph<Data = unknown>(
  service: Service,
  viewer: Viewer | null,
  query: string,
  variables: Record<string, unknown> = {},
  system: Pick<SystemAddresses, 'subgraphUrls' | 'internalSecret'> = inject('system'),
): Promise<SubgraphResponse<Data>> {
  const response = await fetch(system.subgraphUrls[service], {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
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
