import { expect } from 'vitest'
import { CONSISTENCY_HEADER } from '../../../contracts/consistency.ts'
import type { TesseraGateway } from '../../../gateway/tessera/start-tessera-gateway.ts'

export type Asked = { query: string; variables: Record<string, unknown>; accessToken?: string }

/** Sends a query. Returns the text of the response, and its `Cache-Status`. */
export async function ask(
  gateway: TesseraGateway,
  { query, variables, accessToken }: Asked,
  token = '',
): Promise<{ text: string; cache: string }> {
  const response = await fetch(`${gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token && { [CONSISTENCY_HEADER]: token }),
      ...(accessToken && { authorization: `Bearer ${accessToken}` }),
    },
    body: JSON.stringify({ query, variables }),
  })
  const text = await response.text()
  expect(response.status, text).toBe(200)
  return { text, cache: response.headers.get('cache-status') ?? '' }
}

export const isHit = (cache: string): boolean => cache.startsWith('tessera; hit')
