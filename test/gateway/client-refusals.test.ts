import { describe, expect, test } from 'vitest'
import type { SubgraphFault } from '../../gateway/subgraph-client/fault.ts'
import { respond, startRawServer } from './support/raw-server.ts'
import { query, TRANSPORTS } from './support/transports.ts'

type Wrong = {
  parts: string[]
  /** The fault's kind. */
  kind: 'protocol' | 'unreachable' | 'too-large' | 'content-type'
  /** The server ends the connection after the response. */
  ends?: true
  /** The result of undici if it differs: another kind of fault, or a response. */
  undici?: 'unreachable' | 'timeout' | 'answer'
}

const OK = 'HTTP/1.1 200 OK\r\n'
const head = (...lines: string[]): string[] => [`${OK}${lines.join('\r\n')}\r\n\r\n`]
const chunked = (body: string): string[] => [`${OK}transfer-encoding: chunked\r\n\r\n${body}`]

/** Responses that are invalid or ambiguous. Both kinds end the connection. */
const answers: Record<string, Wrong> = {
  'something else than HTTP': { parts: ['<html>hello</html>\r\n\r\n'], kind: 'protocol' },
  'HTTP/2 unasked': { parts: ['HTTP/2 200 OK\r\ncontent-length: 2\r\n\r\nab'], kind: 'protocol' },
  'HTTP/1.2': { parts: ['HTTP/1.2 200 OK\r\ncontent-length: 2\r\n\r\nab'], kind: 'protocol' },
  'a status of two digits': { parts: ['HTTP/1.1 20 OK\r\ncontent-length: 2\r\n\r\nab'], kind: 'protocol' },
  'a status beyond 599': {
    parts: ['HTTP/1.1 600 OK\r\ncontent-length: 2\r\n\r\nab'],
    kind: 'protocol',
    undici: 'answer',
  },
  'two spaces before the status': {
    parts: ['HTTP/1.1  200 OK\r\ncontent-length: 2\r\n\r\nab'],
    kind: 'protocol',
  },
  'lines that end with LF alone': { parts: ['HTTP/1.1 200 OK\ncontent-length: 2\n\nab'], kind: 'protocol' },
  'a CR within a line': { parts: head('x-a: b\rc', 'content-length: 0'), kind: 'protocol' },
  'a NUL in a value': { parts: head('x-a: b\0c', 'content-length: 0'), kind: 'protocol' },
  'a folded line': { parts: head('x-a: b', ' c', 'content-length: 0'), kind: 'protocol' },
  'space before the colon': { parts: head('content-length : 0'), kind: 'protocol' },
  'a name with a space': { parts: head('x a: b', 'content-length: 0'), kind: 'protocol' },
  'no name': { parts: head(': b', 'content-length: 0'), kind: 'protocol' },
  'no colon': { parts: head('content-length'), kind: 'protocol' },
  'two different lengths': {
    parts: head('content-length: 1', 'content-length: 2').concat('ab'),
    kind: 'protocol',
  },
  'the same length twice': {
    parts: head('content-length: 2', 'content-length: 2').concat('ab'),
    kind: 'protocol',
  },
  'a list of lengths': { parts: head('content-length: 2, 2').concat('ab'), kind: 'protocol' },
  'a negative length': { parts: head('content-length: -2').concat('ab'), kind: 'protocol' },
  'a length with a sign': { parts: head('content-length: +2').concat('ab'), kind: 'protocol' },
  'a length in hexadecimal': { parts: head('content-length: 0x2').concat('ab'), kind: 'protocol' },
  'a length with a space in it': { parts: head('content-length: 1 2').concat('ab'), kind: 'protocol' },
  'a length of nothing': { parts: head('content-length:').concat('ab'), kind: 'protocol' },
  'a length beyond all numbers': { parts: head(`content-length: ${'9'.repeat(30)}`), kind: 'protocol' },
  'a length beside chunks': {
    parts: head('content-length: 2', 'transfer-encoding: chunked').concat('2\r\nab\r\n0\r\n\r\n'),
    kind: 'protocol',
  },
  'chunks beside a length': {
    parts: head('transfer-encoding: chunked', 'content-length: 2').concat('2\r\nab\r\n0\r\n\r\n'),
    kind: 'protocol',
  },
  'an unknown transfer coding': {
    parts: head('transfer-encoding: gzip, chunked'),
    kind: 'protocol',
    undici: 'timeout',
  },
  'a transfer coding that only looks like one': {
    parts: head('transfer-encoding: xchunked').concat('0\r\n\r\n'),
    kind: 'protocol',
    undici: 'timeout',
  },
  'chunked twice': {
    parts: head('transfer-encoding: chunked', 'transfer-encoding: chunked').concat('0\r\n\r\n'),
    kind: 'protocol',
    undici: 'answer',
  },
  'chunks in HTTP/1.0': {
    parts: ['HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    kind: 'protocol',
    undici: 'answer',
  },
  'another protocol': {
    parts: ['HTTP/1.1 101 Switching\r\nupgrade: h2c\r\nconnection: upgrade\r\n\r\n'],
    kind: 'protocol',
    undici: 'unreachable',
  },
  'a body with status 204': {
    parts: ['HTTP/1.1 204 No\r\ncontent-length: 2\r\n\r\nab'],
    kind: 'protocol',
    undici: 'answer',
  },
  'interim answers without end': {
    parts: ['HTTP/1.1 102 Wait\r\n\r\n'.repeat(50)],
    kind: 'protocol',
    undici: 'timeout',
  },
  'a chunk without a size': { parts: chunked('\r\n'), kind: 'protocol' },
  'a size that is no number': { parts: chunked('x\r\nab'), kind: 'protocol' },
  'a size with a sign': { parts: chunked('-2\r\nab'), kind: 'protocol' },
  'a size with a prefix': { parts: chunked('0x2\r\nab'), kind: 'protocol' },
  'a space after the size': { parts: chunked('2 \r\nab\r\n0\r\n\r\n'), kind: 'protocol' },
  'a size beyond all numbers': { parts: chunked(`${'f'.repeat(20)}\r\nab`), kind: 'protocol' },
  'a chunk longer than its size': { parts: chunked('2\r\nabc\r\n0\r\n\r\n'), kind: 'protocol' },
  'LF alone after a size': { parts: chunked('2\nab\r\n0\r\n\r\n'), kind: 'protocol' },
  'LF alone after a chunk': { parts: chunked('2\r\nab\n0\r\n\r\n'), kind: 'protocol' },
  'LF within an extension': { parts: chunked('2;a\nb\r\nab\r\n0\r\n\r\n'), kind: 'protocol' },
  'a trailer that is no field': { parts: chunked('2\r\nab\r\n0\r\nx y\r\n\r\n'), kind: 'protocol' },
  'half a head': { parts: [`${OK}content-len`], kind: 'unreachable', ends: true },
  'half a body': { parts: [`${OK}content-length: 9\r\n\r\nabc`], kind: 'unreachable', ends: true },
  'chunks without the last': { parts: chunked('2\r\nab\r\n'), kind: 'unreachable', ends: true },
  'no answer but the end': { parts: [], kind: 'unreachable', ends: true },
  'a head that is too large': { parts: head(`x-a: ${'b'.repeat(20_000)}`), kind: 'too-large' },
  'too many headers, without end': {
    parts: [OK, ...Array(40).fill(`x-a: ${'b'.repeat(500)}\r\n`)],
    kind: 'too-large',
  },
  'a length that is too large': { parts: head('content-length: 101'), kind: 'too-large' },
  'chunks that are too large together': {
    parts: chunked(`32\r\n${'a'.repeat(50)}\r\n33\r\n${'b'.repeat(51)}\r\n`),
    kind: 'too-large',
  },
  'a body without length that is too large': {
    parts: [`${OK}\r\n`, 'a'.repeat(60), 'b'.repeat(60)],
    kind: 'too-large',
  },
  'an encoding that nobody knows': {
    parts: [respond('xx', 'content-encoding: compress')],
    kind: 'content-type',
  },
}

describe.each(Object.entries(TRANSPORTS))('%s', (name, create) => {
  test.each(Object.entries(answers))('%s', async (_case, { parts, kind, ends = false, undici = kind }) => {
    await using server = await startRawServer(async (connection) => {
      await connection.request()
      await connection.write(...parts)
      if (ends) connection.socket.end()
    })
    await using transport = create(100)
    const expected = name === 'undici' ? undici : kind
    const timeoutMs = expected === 'timeout' ? 100 : 10_000
    const asked = transport.send(query(server.url, { timeoutMs }))
    const outcome = await asked.then(
      () => 'answer',
      (fault: SubgraphFault) => fault.kind,
    )
    expect(outcome).toBe(expected)
    if (kind === 'content-type' || expected === 'answer') return
    // The connections are closed, so nothing else is read from them.
    await Promise.all(server.connections.map(({ closed }) => closed))
  })

  test('a refused connection', async () => {
    const server = await startRawServer(() => {})
    await server[Symbol.asyncDispose]()
    await using transport = create(100)
    await expect(transport.send(query(server.url))).rejects.toMatchObject({ kind: 'unreachable' })
  })

  test.each([
    ['before the answer', ''],
    ['within its head', `${OK}content-le`],
    ['within its body', `${OK}content-length: 9\r\n\r\nabc`],
  ])('a connection that is reset %s', async (_when, part) => {
    await using server = await startRawServer(async (connection) => {
      await connection.request()
      await connection.write(part)
      connection.reset()
    })
    await using transport = create(100)
    await expect(transport.send(query(server.url))).rejects.toMatchObject({ kind: 'unreachable' })
  })

  test('the message never contains the address', async () => {
    const server = await startRawServer(() => {})
    await server[Symbol.asyncDispose]()
    await using transport = create(100)
    await expect(transport.send(query(server.url))).rejects.toMatchObject({ message: 'could not be reached' })
  })
})
