import { connect } from 'node:net'
import { once } from 'node:events'
import { request } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGraph, type Graph } from './support/graph.ts'

let graph: Graph
beforeAll(async () => {
  graph = await startGraph({ CORS_ORIGINS: 'https://app.example' })
})
afterAll(async () => {
  await graph[Symbol.asyncDispose]()
})

/** A query with a response of about 30 kB. */
const LARGE = `{ ${Array.from({ length: 90 }, (_, n) => `aliasOfTheTypenameThatIsLongEnoughToMakeAResponseOfSomeSize${n}: __typename`).join(' ')} }`
const SMALL = '{ __typename }'

async function ask(query: string, headers: Record<string, string>, method = 'POST') {
  const url = new URL(graph.gateway.url)
  const path = method === 'GET' ? `/graphql?${new URLSearchParams({ query }).toString()}` : '/graphql'
  const asked = request({
    hostname: url.hostname,
    port: url.port,
    method,
    path,
    headers: { 'content-type': 'application/json', 'apollo-require-preflight': '1', ...headers },
  })
  asked.end(method === 'GET' ? undefined : JSON.stringify({ query }))
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  return { response, bytes: await buffer(response) }
}

/** The ways to send a request: to the JSON POST server, to the router as browsers do, and as a GET. */
const WAYS: Record<string, { headers?: Record<string, string>; method?: string }> = {
  'a program': {},
  'a browser': { headers: { origin: 'https://app.example' } },
  'a GET': { method: 'GET' },
}

/** The response to a GET depends on more headers, which decide whether the GET is executed. */
const VARY = /^Origin, Accept-Encoding($|, )/

describe.each(Object.entries(WAYS))('%s', (_, { headers = {}, method }) => {
  test.each([
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ])('that accepts %s gets it', async (coding, decode) => {
    const plain = await ask(LARGE, headers, method)
    expect(plain.response.headers['content-encoding']).toBeUndefined()
    const { response, bytes } = await ask(LARGE, { ...headers, 'accept-encoding': coding }, method)
    expect(response.headers).toMatchObject({
      'content-encoding': coding,
      'content-length': String(bytes.length),
      vary: expect.stringMatching(VARY),
    })
    expect(bytes.length).toBeLessThan(plain.bytes.length / 2)
    expect(decode(bytes).equals(plain.bytes)).toBe(true)
    expect(plain.response.headers['vary']).toMatch(VARY)
  })

  test('gets a small response uncompressed', async () => {
    const { response, bytes } = await ask(SMALL, { ...headers, 'accept-encoding': 'gzip, br' }, method)
    expect(response.headers['content-encoding']).toBeUndefined()
    expect(JSON.parse(bytes.toString())).toEqual({ data: { __typename: 'Query' } })
  })
})

test('compressed responses to pipelined requests are complete and in order', async () => {
  const { port } = new URL(graph.gateway.url)
  const socket = connect(Number(port), '127.0.0.1')
  const body = (n: number) => JSON.stringify({ query: n % 2 ? SMALL : LARGE })
  for (let n = 0; n < 10; n++) {
    socket.write(
      `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\naccept-encoding: gzip\r\ncontent-length: ${Buffer.byteLength(body(n))}\r\n\r\n${body(n)}`,
    )
  }
  let bytes = Buffer.alloc(0)
  const seen: number[] = []
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk])
    for (;;) {
      const end = bytes.indexOf('\r\n\r\n')
      if (end < 0) break
      const head = bytes.toString('latin1', 0, end)
      const length = Number(/content-length: (\d+)/.exec(head)?.[1])
      if (bytes.length < end + 4 + length) break
      const content = bytes.subarray(end + 4, end + 4 + length)
      const text = head.includes('content-encoding: gzip')
        ? gunzipSync(content).toString()
        : content.toString()
      seen.push(Object.keys((JSON.parse(text) as { data: object }).data).length)
      bytes = bytes.subarray(end + 4 + length)
    }
    if (seen.length === 10) break
  }
  expect(seen).toEqual([90, 1, 90, 1, 90, 1, 90, 1, 90, 1])
})
