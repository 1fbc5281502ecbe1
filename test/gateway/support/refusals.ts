import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import { expect } from 'vitest'
import type { Answer } from './gateways.ts'
import type { Graph } from './graph.ts'

export type Asked = { method?: string; path?: string; headers?: Record<string, string>; body?: string }

/** Sends a request with only these headers. */
export async function send(
  graph: Pick<Graph, 'gateway'>,
  { method = 'POST', path = '/graphql', headers = {}, body }: Asked,
) {
  const { hostname, port } = new URL(graph.gateway.url)
  const asked = request({ hostname, port, path, method, headers })
  asked.end(body)
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return { status: response.statusCode, headers: response.headers, text: await text(response) }
}

/** The error of a refusal, which must be the only one. */
export function errorOf(body: string) {
  const { errors } = JSON.parse(body) as Answer['body']
  expect(errors).toHaveLength(1)
  return { message: errors?.[0]?.message, code: errors?.[0]?.extensions['code'] }
}

export const JSON_BODY = { 'content-type': 'application/json' }
export const QUERY = '{"query":"{ __typename }"}'

/** The text in messages about the form of a request. */
export const FORM =
  'Send POST to /graphql with `content-type: application/json` and a body such as `{"query":"{ __typename }"}`.'
const preflighted = { 'apollo-require-preflight': '1' }
export const get = (search: string, headers: Record<string, string> = preflighted): Asked => ({
  method: 'GET',
  path: `/graphql?${search}`,
  headers,
})
export const typename = encodeURIComponent('{ __typename }')
