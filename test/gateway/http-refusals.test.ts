import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startGraph, type Graph } from './support/graph.ts'
import { open, request } from './support/json-post-server.ts'

let graph: Graph
beforeAll(async () => {
  graph = await startGraph()
})
afterAll(async () => {
  await graph[Symbol.asyncDispose]()
})

const QUERY = '{"query":"{ __typename }"}'
const gzipped = (body: string | Buffer, coding = 'gzip') => [
  request('', [`content-encoding: ${coding}`]).replace(
    'content-length: 0',
    `content-length: ${gzipSync(body).length}`,
  ),
  gzipSync(body),
]
const typed = (type: string) => [request(QUERY).replace('application/json', type)]
const sized = (field: string) => [request(QUERY).replace(/content-length: \d+/, field)]

type Case = [name: string, parts: (string | Buffer)[], status: number, message: string]

const REFUSED: Case[] = [
  [
    'headers that are too large',
    [request(QUERY, [`cookie: ${'a'.repeat(20_000)}`])],
    431,
    "The request's headers are larger than the maximum of 16384 bytes",
  ],
  ['no HTTP', ['nonsense\r\n\r\n'], 400, 'The request is not HTTP/1.1: Invalid method encountered'],
  ['no Host', [request(QUERY).replace('host: a\r\n', '')], 400, 'The Host header is missing.'],
  [
    'a length that is no number',
    sized('content-length: x'),
    400,
    'The request is not HTTP/1.1: Invalid character in Content-Length',
  ],
  ['two lengths', [request(QUERY, ['content-length: 3'])], 400, 'The request is not HTTP/1.1: '],
  [
    'a length and chunks',
    [request(QUERY, ['transfer-encoding: chunked'])],
    400,
    "The request is not HTTP/1.1: Transfer-Encoding can't be present with",
  ],
  [
    'a transfer encoding that nobody knows',
    [`${sized('transfer-encoding: gzip, chunked')[0]?.split('\r\n\r\n')[0]}\r\n\r\n2\r\n{}\r\n0\r\n\r\n`],
    501,
    'The transfer encoding "gzip, chunked" is not supported.',
  ],
  [
    'an expectation that nobody knows',
    [request(QUERY, ['expect: tea'])],
    417,
    'The expectation "tea" is not supported.',
  ],
  [
    'a path that is none',
    [request(QUERY, [], 'POST /%zz HTTP/1.1')],
    400,
    "'/%zz' is not a valid url component",
  ],
  [
    'latin1',
    typed('application/json; charset=latin1'),
    415,
    'The body has the charset "latin1", which is not supported. Send JSON encoded as UTF-8.',
  ],
  ['UTF-16', typed('application/json;charset="UTF-16LE"'), 415, 'The body has the charset "UTF-16LE"'],
  ['an empty charset', typed('application/json; charset='), 415, 'The body has the charset ""'],
  [
    'bytes that are no UTF-8',
    [request('{"query":"{ a }  "}').replace('  "', '\xff\xff"')],
    400,
    'The body is not UTF-8.',
  ],
  [
    'an encoding that nobody knows',
    [request(QUERY, ['content-encoding: gzip, compress'])],
    415,
    'The body has the content encoding "compress", which is not supported. Use gzip, br, zstd, deflate, or send it uncompressed.',
  ],
  [
    'a body that is no gzip',
    [request(QUERY, ['content-encoding: gzip'])],
    400,
    'The body is not valid gzip, though its content-encoding says so.',
  ],
]

describe('is rejected in the error format of GraphQL', () => {
  test.each(REFUSED)('%s', async (_, parts, status, message) => {
    const { head, body } = await send(parts)
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
    expect(head).toMatch(/\r\ncontent-type: application\/json; charset=utf-8(?:\r\n|$)/i)
    expect(body).toEqual({
      errors: [{ message: expect.stringContaining(message) as string, extensions: { code: 'BAD_REQUEST' } }],
    })
  })

  test('an unknown encoding, with the names of the supported ones', async () => {
    const { head } = await send([request(QUERY, ['content-encoding: compress'])])
    expect(head).toMatch(/\r\naccept-encoding: gzip, br, zstd, deflate\r\n/)
  })

  test.each([
    ['as it is sent', [request('"'.padEnd(1_048_600, 'a'))]],
    ['once it is decompressed', gzipped(Buffer.alloc(20_000_000, ' '))],
    ['at the first of two stages', gzipped(gzipSync(Buffer.alloc(40_000_000, ' ')), 'gzip, gzip')],
  ])('a body that is too large %s', async (_, parts) => {
    const { head, body } = await send(parts)
    expect(head).toMatch(/^HTTP\/1\.1 413 /)
    expect(body).toMatchObject({
      errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'body', bound: 1_048_576 } }],
    })
  })
})

describe('a body that continues after it was rejected', () => {
  const CHUNK = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')])
  const head = (line: string, ...fields: string[]) =>
    Buffer.from([line, 'host: a', ...fields, '', ''].join('\r\n'))
  const POST = 'POST /graphql HTTP/1.1'
  const JSON_TYPE = 'content-type: application/json'

  test.each([
    ['as it is', [POST, JSON_TYPE]],
    ['for its size, compressed', [POST, JSON_TYPE, 'content-encoding: gzip']],
    ['for its coding', [POST, JSON_TYPE, 'content-encoding: compress']],
    ['for its charset', [POST, 'content-type: application/json; charset=latin1']],
    ['for its type', [POST, 'content-type: text/plain']],
    ['for its path', ['POST /nowhere HTTP/1.1', JSON_TYPE]],
    ['for its method', ['PUT /graphql HTTP/1.1', JSON_TYPE]],
    ['of a GET', ['GET /graphql?query=%7B__typename%7D HTTP/1.1', 'apollo-require-preflight: 1']],
    ['of a GET elsewhere', ['GET /healthz HTTP/1.1']],
    [
      'of a preflight',
      ['OPTIONS /graphql HTTP/1.1', 'origin: https://evil.example', 'access-control-request-method: POST'],
    ],
  ])('is not read: %s', async (_, [line = '', ...fields]) => {
    const client = await open({ port: Number(new URL(graph.gateway.url).port) })
    client.socket.write(head(line, ...fields, 'transfer-encoding: chunked'))
    for (let sent = 0; sent < 64_000_000 && !client.closed; sent += CHUNK.length) {
      if (client.socket.write(CHUNK)) continue
      const { promise, resolve } = Promise.withResolvers<void>()
      client.socket.once('drain', resolve).once('close', resolve)
      await promise
    }
    await expect.poll(() => client.closed).toBe(true)
  })

  test('leaves the connection open if it is short', async () => {
    const { head: answered } = await send([request(QUERY, ['content-encoding: compress'])])
    expect(answered).not.toMatch(/connection: close/i)
  })
})

describe('is accepted', () => {
  test.each([
    ['charset=utf-8', typed('application/json; charset=utf-8')],
    ['charset="UTF-8"', typed('application/json;charset="UTF-8"')],
    ['UTF8 in odd case, with spaces', typed('application/JSON \t;  CharSet=UTF8')],
    ['another parameter', typed('application/json; profile=a')],
    [
      'a replacement character that was meant',
      [request('{"query":"{ __typename } # \ufffd"}')].map((text) => Buffer.from(text)),
    ],
    ['gzip', gzipped(QUERY)],
    ['x-gzip', gzipped(QUERY, 'X-GZIP')],
    ['gzip twice', gzipped(gzipSync(QUERY), 'gzip, gzip')],
    ['identity', [request(QUERY, ['content-encoding: identity'])]],
    ['100-continue', [request(QUERY, ['expect: 100-continue'])]],
  ])('%s', async (_, parts) => {
    const { body } = await send(parts)
    expect(body).toEqual({ data: { __typename: 'Query' } })
  })
})

async function send(parts: readonly (string | Buffer)[]) {
  const client = await open({ port: Number(new URL(graph.gateway.url).port) })
  for (const part of parts) client.socket.write(typeof part === 'string' ? Buffer.from(part, 'latin1') : part)
  const final = () => client.text.replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '')
  const whole = () => {
    const [head = '', body = ''] = final().split('\r\n\r\n')
    if (/^transfer-encoding: chunked/im.test(head)) return body !== ''
    return body.length > 0 && body.length >= Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  }
  await expect.poll(() => whole() || client.closed).toBe(true)
  client.socket.destroy()
  const [head = '', body = ''] = final().split('\r\n\r\n')
  const text = /^[0-9a-f]+\r\n/i.test(body) ? (body.split('\r\n')[1] ?? '') : body
  return { head, body: JSON.parse(Buffer.from(text, 'latin1').toString()) as unknown }
}
