import { describe, expect, test } from 'vitest'
import { respond, startRawServer } from './support/raw-server.ts'
import { query, TRANSPORTS } from './support/transports.ts'

const CHUNKED = 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n'

type Right = {
  /** The bytes that the server sends, in parts. */
  parts: (string | Uint8Array)[]
  /** The expected body. */
  text: string
  status?: number
  /** The server ends the connection after the response. */
  ends?: true
  /** undici 8.12 refuses the response, although it is valid. */
  refusedByUndici?: true
}

/** Valid responses, in every form that HTTP/1.1 allows. */
const answers: Record<string, Right> = {
  'a body with its length': { parts: [respond('{"data":1}')], text: '{"data":1}' },
  'an empty body': { parts: [respond('')], text: '' },
  'a head that comes in pieces': {
    parts: ['HT', 'TP/1.1 2', '00 OK\r', '\ncontent-length: 2\r\n', '\r', '\nab'],
    text: 'ab',
  },
  'a body that comes in pieces': {
    parts: ['HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\na', 'bcd', 'ef'],
    text: 'abcdef',
  },
  'no reason, and no space either': { parts: ['HTTP/1.1 200\r\ncontent-length: 1\r\n\r\na'], text: 'a' },
  'space around values, names in capitals': {
    refusedByUndici: true,
    parts: ['HTTP/1.1 200 OK\r\nCONTENT-LENGTH: \t 2 \t\r\nx-empty:\r\n\r\nab'],
    text: 'ab',
  },
  'one chunk': { parts: [`${CHUNKED}3\r\nabc\r\n0\r\n\r\n`], text: 'abc' },
  'chunks with extensions, zeros and trailers': {
    refusedByUndici: true,
    parts: [
      `${CHUNKED}003;a=b;c="d e"\r\nabc\r\nA\r\n0123456789\r\n000;last\r\nx-trailer: 1\r\ncontent-length: 5\r\n\r\n`,
    ],
    text: 'abc0123456789',
  },
  'chunks split everywhere': {
    parts: `${CHUNKED}3;x=y\r\nabc\r\n1\r\nd\r\n0\r\nt: v\r\n\r\n`.split(''),
    text: 'abcd',
  },
  'a body that ends with the connection': {
    parts: ['HTTP/1.1 200 OK\r\n\r\nabc', 'def'],
    text: 'abcdef',
    ends: true,
  },
  'HTTP/1.0': { parts: ['HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nab'], text: 'ab', ends: true },
  'HTTP/1.0 without a length': { parts: ['HTTP/1.0 200 OK\r\n\r\nab'], text: 'ab', ends: true },
  'connection: close': { parts: [respond('ab', 'connection: close')], text: 'ab', ends: true },
  'interim answers': {
    refusedByUndici: true,
    parts: ['HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', respond('ab')],
    text: 'ab',
  },
  'status 204': { parts: ['HTTP/1.1 204 No Content\r\n\r\n'], status: 204, text: '' },
  'status 304 with the length of what is not sent': {
    parts: ['HTTP/1.1 304 Not Modified\r\ncontent-length: 10\r\n\r\n'],
    status: 304,
    text: '',
  },
  'status 500': { parts: ['HTTP/1.1 500 Oh\r\ncontent-length: 2\r\n\r\nno'], status: 500, text: 'no' },
  'a character split between two parts': {
    parts: [...Buffer.from(respond('"héllo 🌍"'), 'latin1')].map((byte) => Uint8Array.of(byte)),
    text: '"héllo 🌍"',
  },
  'a byte order mark': { parts: [respond('\uFEFF{"data":1}')], text: '{"data":1}' },
  'bytes that are no UTF-8': {
    parts: [Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\na\xff', 'latin1')],
    text: 'a\uFFFD',
  },
  'the encoding "identity"': { parts: [respond('ab', 'content-encoding: identity')], text: 'ab' },
}

describe.each(Object.entries(TRANSPORTS))('%s', (name, create) => {
  const read = Object.entries(answers).filter(
    ([, { refusedByUndici }]) => name !== 'undici' || !refusedByUndici,
  )

  test.each(read)('%s', async (_case, { parts, text, status = 200, ends = false }) => {
    await using server = await startRawServer(async (connection) => {
      for (;;) {
        await connection.request()
        await connection.write(...parts)
        if (ends) connection.socket.end()
      }
    })
    await using transport = create(1_000)
    // Sent twice, because bytes left over from the first response would break the second.
    for (let i = 0; i < 2; i++) {
      expect(await transport.send(query(server.url))).toMatchObject({ status, text })
    }
    // undici may open a second connection before it has closed the first.
    const most = ends || name === 'undici' ? 2 : 1
    expect(server.connections.length).toBeLessThanOrEqual(most)
  })

  test('a large body is read completely', async () => {
    const body = JSON.stringify({ data: 'ü🌍x'.repeat(300_000) })
    await using server = await startRawServer(async (connection) => {
      await connection.request()
      await connection.write(respond(body))
    })
    await using transport = create(10_000_000)
    expect((await transport.send(query(server.url))).text === body).toBe(true)
  })

  test('path, query, host, headers, credentials and a non-ASCII body arrive complete', async () => {
    let sent = ''
    await using server = await startRawServer(async (connection) => {
      sent = await connection.request()
      await connection.write(respond('{}'))
    })
    await using transport = create(1_000)
    const body = `{"query":"é🌍${'x'.repeat(300_000)}"}`
    const url = `http://me:p%40ss@127.0.0.1:${server.port}/graphql/v1?a=b%20c`
    await transport.send(query(url, { body, headers: { 'x-one': 'ünø', accept: 'application/json' } }))
    const [head = '', received = ''] = sent.split('\r\n\r\n')
    const lines = head.toLowerCase().split('\r\n')
    expect(lines[0]).toBe('post /graphql/v1?a=b%20c http/1.1')
    expect(lines).toEqual(
      expect.arrayContaining([
        `host: 127.0.0.1:${server.port}`,
        `authorization: basic ${Buffer.from('me:p@ss').toString('base64')}`.toLowerCase(),
        'x-one: ünø',
        'accept: application/json',
        `content-length: ${Buffer.byteLength(body)}`,
      ]),
    )
    expect(lines.filter((line) => line.startsWith('accept-encoding'))).toEqual([])
    expect(Buffer.from(received, 'latin1').toString() === body).toBe(true)
  })

  test('headers from the caller override the credentials in the URL', async () => {
    let sent = ''
    await using server = await startRawServer(async (connection) => {
      sent = await connection.request()
      await connection.write(respond('{}'))
    })
    await using transport = create(1_000)
    const url = `http://me:secret@127.0.0.1:${server.port}/`
    await transport.send(query(url, { headers: { authorization: 'Bearer mine' } }))
    expect(sent.match(/^authorization: .*$/gim)).toEqual(['authorization: Bearer mine'])
  })

  test('an IPv6 address', async () => {
    await using server = await startRawServer(async (connection) => {
      expect(await connection.request()).toMatch(/^host: \[::1\]:\d+\r$/im)
      await connection.write(respond('{}'))
    }, '::1')
    await using transport = create(1_000)
    expect(await transport.send(query(server.url))).toMatchObject({ text: '{}' })
  })

  test('a header with a line break is rejected, and nothing is sent', async () => {
    await using server = await startRawServer(() => {})
    await using transport = create(1_000)
    for (const headers of [{ 'x-a': 'b\r\nx-evil: 1' }, { 'x-a\r\nx-evil': 'b' }, { 'x-a': 'b\0' }]) {
      await expect(transport.send(query(server.url, { headers }))).rejects.toThrow()
    }
    expect(server.connections).toEqual([])
  })
})
