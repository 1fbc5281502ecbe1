import fc from 'fast-check'
import { once } from 'node:events'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BODY, LIMIT, open, request, serve, type Client, type Served } from './support/json-post-server.ts'
import { WITHIN } from '../support/timeout.ts'

/** `plain` serves plain POSTs on the socket. `routed` serves all requests with the router. */
let plain: Served
let routed: Served

beforeEach(async () => {
  plain = await serve(true)
  routed = await serve(false)
})
afterEach(async () => {
  await plain[Symbol.asyncDispose]()
  await routed[Symbol.asyncDispose]()
})

/** Bytes that are not a plain POST, each with the bytes that follow it on the connection. */
const ODD: Record<string, string> = {
  'a GET': 'GET /graphql HTTP/1.1\r\nhost: a\r\n\r\n',
  'another path': request(BODY, [], 'POST /graph HTTP/1.1'),
  'a query string': request(BODY, [], 'POST /graphql?a=1 HTTP/1.1'),
  'an origin': request(BODY, ['origin: https://a.example']),
  'HTTP/1.0': request(BODY, [], 'POST /graphql HTTP/1.0'),
  'a connection to be closed': request(BODY, ['connection: close']),
  'a field twice': request(BODY, ['x-a: 1', 'x-a: 2']),
  'a length twice': request(BODY, [`content-length: ${Buffer.byteLength(BODY)}`]),
  'a length and chunks': request(BODY, ['transfer-encoding: chunked']),
  chunks: `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
  'an expectation': request(BODY, ['expect: 100-continue']),
  'a folded field': request(BODY, ['x-a: 1\r\n 2']),
  'a field of UTF-8': Buffer.from(request('{}', ['x-a: ä'])).toString('latin1'),
  'line ends without CR': request('{}').replaceAll('\r\n', '\n'),
  'no host': request('{}').replace('host: a\r\n', ''),
  'no type': request('{}').replace('content-type: application/json\r\n', ''),
  'another type': request('{}').replace('application/json', 'application/xml'),
  'no JSON': request('{"a":'),
  'an empty body': request(''),
  'a prototype': request('{"__proto__":{"a":1}}'),
  'too large a body': request(JSON.stringify('x'.repeat(LIMIT))),
  'too large a head': request('{}', [`x-a: ${'x'.repeat(20_000)}`]),
  'a latin1 body': request('{"a":"x"}').replace('"x"', '"\xff"'),
  'a charset of latin1': request('{}').replace('/json', '/json; charset=latin1'),
  'a charset of UTF-16': request('{}').replace('/json', '/json;charset="utf-16le"'),
  'a charset of UTF-8, in odd form': request('{}').replace('/json', '/JSON ;\tCharSet="UTF8"'),
  'another parameter': request('{}').replace('/json', '/json; profile=x'),
  'an encoding that nobody knows': request('{}', ['content-encoding: compress']),
  'a body that is no gzip': request('{}', ['content-encoding: gzip']),
  'an expectation that nobody knows': request('{}', ['expect: tea']),
  'a transfer encoding that is not the last one': request('{}').replace(
    /content-length: \d+/,
    'transfer-encoding: gzip',
  ),
  'a length that is no number': request('{}').replace(/content-length: \d+/, 'content-length: x'),
  'a length below 0': request('{}').replace(/content-length: \d+/, 'content-length: -2'),
  'a path that is none': request('{}', [], 'POST /%zz HTTP/1.1'),
  'a method that nobody knows': request('{}', [], 'BREW /graphql HTTP/1.1'),
  'another version': request('{}', [], 'POST /graphql HTTP/3.0'),
  TLS: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
  nonsense: 'nonsense\r\n\r\n',
}

test.each(Object.entries(ODD))(
  'the response is the same as from node:http and the router alone: %s',
  async (_, odd) => {
    const asked = await Promise.all([askBoth([odd]), askBoth([request('{"before":1}'), odd])])
    for (const { ours, theirs } of asked) expect(ours).toEqual(theirs)
  },
)

test('an incomplete request is rejected in the same way', async () => {
  for (const bytes of [request().slice(0, 40), request().slice(0, -5)]) {
    const [ours, theirs] = await Promise.all([open(plain), open(routed)])
    for (const { socket } of [ours, theirs]) socket.end(bytes, 'latin1')
    await expect.poll(() => ours.closed && theirs.closed).toBe(true)
    expect(ours.answers).toEqual(theirs.answers)
    expect(ours.text).toMatch(/^HTTP\/1\.1 400 [^]*The connection ended before the request was complete/)
  }
})

test('a request that does not end is left to node:http and its timeout', async () => {
  const whole = request()
  const client = await open(plain)
  const handedOver = once(plain.handedOver, 'connection')
  client.socket.write(whole.slice(0, 60))
  const heard = once(plain.app.server, 'request')
  await handedOver
  client.socket.write(Buffer.from(whole).subarray(60))
  await heard
  await expect.poll(() => client.text).toMatch(/^HTTP\/1\.1 201 /)
  client.socket.destroy()
})

const MUTATIONS = fc.oneof(
  fc.record({
    at: fc.nat(200),
    cut: fc.nat(3),
    put: fc.constantFrom('', '\r', '\n', '\r\n', ' ', '\t', ':', '\0', 'x', '\x80'),
  }),
  fc.record({
    at: fc.constant(-1),
    cut: fc.constant(0),
    put: fc.constantFrom(
      'content-length: 5',
      'Content-Length : 2',
      'transfer-encoding: chunked',
      'Transfer-Encoding: identity',
      'transfer-encoding:\tchunked',
      'connection: close',
      'connection: keep-alive, te',
      'host: b',
      'x-a: 1',
      'x-a:',
      'x-b:\x01',
      'upgrade: websocket',
    ),
  }),
)

/** A request with some bytes changed, or with an additional field. */
const MUTANTS = fc
  .tuple(
    fc.constantFrom('{}', BODY, '[1]', '"a"', '{"a":"\\ud800"}'),
    fc.array(MUTATIONS, { minLength: 1, maxLength: 3 }),
  )
  .map(([body, mutations]) => {
    let text = Buffer.from(request(body)).toString('latin1')
    for (const { at, cut, put } of mutations) {
      if (at < 0) text = text.replace('\r\n', `\r\n${put}\r\n`)
      else text = text.slice(0, at) + put + text.slice(at + cut)
    }
    return text
  })

test('random bytes get the same response as from node:http and the router', async () => {
  const mutants = fc.sample(MUTANTS, { numRuns: 400, seed: 1 })
  const asked = await Promise.all(mutants.map((mutant) => askBoth([mutant])))
  for (const { pieces, ours, theirs } of asked) expect({ pieces, ...ours }).toEqual({ pieces, ...theirs })
})

/** Sends the pieces to both servers, each after the response to the one before. @returns the responses of both */
async function askBoth(pieces: readonly string[]) {
  const [ours, theirs] = await Promise.all([open(plain), open(routed)])
  const seen = () => ({
    pieces,
    ours: { answers: sameAs(theirs.answers, ours.answers), closed: ours.closed },
    theirs: { answers: theirs.answers, closed: theirs.closed },
  })
  const areEqual = () => isDeepStrictEqual(seen().ours, seen().theirs)
  for (const piece of pieces) {
    for (const { socket } of [ours, theirs]) socket.write(piece, 'latin1')
    await Promise.all([plain.settled(ours.socket), routed.settled(theirs.socket)])
    // Our server hands an incomplete request over only after a while. If a difference remains, the caller's assertion shows it.
    await vi.waitUntil(areEqual, { ...WITHIN, interval: 5 }).catch(() => {})
    await plain.settled(ours.socket)
  }
  for (const { socket } of [ours, theirs]) socket.destroy()
  return seen()
}

/**
 * The responses of our server, without differences that depend only on timing. If invalid bytes follow a request, node:http
 * refuses them. It then drops the request if that has no response yet. If the connection is about to close, it sends no refusal.
 */
function sameAs(expected: Client['answers'], answers: Client['answers']): Client['answers'] {
  const refuses = expected.some(([line]) => line === REFUSED)
  let next = 0
  return answers.filter((response) => {
    if (isDeepStrictEqual(response, expected[next])) return ++next
    return !(response[0] === REFUSED || (refuses && response[0] === 'http/1.1 201 created'))
  })
}

const REFUSED = 'http/1.1 400 bad request'
