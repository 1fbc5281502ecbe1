import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { createHttp1Transport } from '../../gateway/subgraph-client/http1/http1-transport.ts'
import type { SubgraphFault } from '../../gateway/subgraph-client/fault.ts'
import { pipelined, query, TRANSPORTS } from './support/transports.ts'
import { startRawServer } from './support/raw-server.ts'

const LIMIT = 100_000
const TEXT = JSON.stringify({ data: 'ü🌍x'.repeat(2_000) })
const BYTES = Buffer.from(TEXT)
const BOMB = Buffer.alloc(50_000_000, ' ')

const zipped = (text: string | Buffer = TEXT) => gzipSync(text)

/** A response with this body, of a known length. */
function encoded(body: Uint8Array, ...fields: string[]): Buffer {
  const head = [
    'HTTP/1.1 200 OK',
    'content-type: application/json',
    `content-length: ${body.length}`,
    ...fields,
  ]
  return Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), body])
}

/** The same response in chunks. */
function chunked(body: Buffer, coding: string): Buffer {
  const half = body.length >> 1
  const parts = [body.subarray(0, half), body.subarray(half)]
  const chunks = parts.flatMap((part) => [
    Buffer.from(`${part.length.toString(16)}\r\n`),
    part,
    Buffer.from('\r\n'),
  ])
  const head = `HTTP/1.1 200 OK\r\ncontent-encoding: ${coding}\r\ntransfer-encoding: chunked\r\n\r\n`
  return Buffer.concat([Buffer.from(head), ...chunks, Buffer.from('0\r\n\r\n')])
}

const right: Record<string, { bytes: Buffer; text?: string; ends?: true }> = {
  gzip: { bytes: encoded(zipped(), 'content-encoding: gzip') },
  'GZip, in odd case and with spaces': { bytes: encoded(zipped(), 'Content-Encoding:  GZip \t') },
  'x-gzip': { bytes: encoded(zipped(), 'content-encoding: x-gzip') },
  deflate: { bytes: encoded(deflateSync(TEXT), 'content-encoding: deflate') },
  'deflate without the header of zlib': { bytes: encoded(deflateRawSync(TEXT), 'content-encoding: deflate') },
  br: { bytes: encoded(brotliCompressSync(TEXT), 'content-encoding: br') },
  zstd: { bytes: encoded(zstdCompressSync(TEXT), 'content-encoding: zstd') },
  'gzip, then br': { bytes: encoded(brotliCompressSync(zipped()), 'content-encoding: gzip, br') },
  'gzip, then br, in two fields': {
    bytes: encoded(brotliCompressSync(zipped()), 'content-encoding: gzip', 'content-encoding: br'),
  },
  'identity beside gzip': { bytes: encoded(zipped(), 'content-encoding: identity, gzip') },
  'an empty body': { bytes: encoded(Buffer.alloc(0), 'content-encoding: gzip'), text: '' },
  'a body of nothing, compressed': { bytes: encoded(zipped(''), 'content-encoding: gzip'), text: '' },
  'no content, by its status': {
    bytes: Buffer.from('HTTP/1.1 204 No Content\r\ncontent-encoding: gzip\r\n\r\n'),
    text: '',
  },
  'two members of gzip': {
    bytes: encoded(
      Buffer.concat([zipped(BYTES.subarray(0, 99)), zipped(BYTES.subarray(99))]),
      'content-encoding: gzip',
    ),
  },
  'two frames of zstd': {
    bytes: encoded(
      Buffer.concat([zstdCompressSync(BYTES.subarray(0, 99)), zstdCompressSync(BYTES.subarray(99))]),
      'content-encoding: zstd',
    ),
  },
  'a byte order mark within': { bytes: encoded(zipped(`\uFEFF${TEXT}`), 'content-encoding: gzip') },
  'gzip in chunks': { bytes: chunked(zipped(), 'gzip') },
  'br until the connection ends': {
    bytes: Buffer.concat([
      Buffer.from('HTTP/1.1 200 OK\r\ncontent-encoding: br\r\n\r\n'),
      brotliCompressSync(TEXT),
    ]),
    ends: true,
  },
}

const corruptAt = (bytes: Buffer, at: number) => {
  const copy = Buffer.from(bytes)
  copy[at] = (copy[at] ?? 0) ^ 0xff
  return copy
}

const wrong: Record<string, { bytes: Buffer; kind: SubgraphFault['kind']; message: string }> = {
  ...Object.fromEntries(
    [
      ['gzip', gzipSync(BOMB)],
      ['deflate', deflateSync(BOMB)],
      ['br', brotliCompressSync(BOMB)],
      ['zstd', zstdCompressSync(BOMB)],
    ].map(([coding, bytes]) => [
      `${String(coding)} that unpacks to 50 MB`,
      {
        bytes: encoded(bytes as Buffer, `content-encoding: ${String(coding)}`),
        kind: 'too-large',
        message: `responded with more than ${LIMIT} bytes of decompressed data`,
      },
    ]),
  ),
  'gzip of gzip that unpacks to 50 MB': {
    bytes: encoded(gzipSync(gzipSync(BOMB)), 'content-encoding: gzip, gzip'),
    kind: 'too-large',
    message: `responded with more than ${LIMIT} bytes of decompressed data`,
  },
  'gzip that is cut': {
    bytes: encoded(zipped().subarray(0, -20), 'content-encoding: gzip'),
    kind: 'body',
    message: 'responded with a body that is not valid gzip',
  },
  'br that is cut': {
    bytes: encoded(brotliCompressSync(TEXT).subarray(0, -5), 'content-encoding: br'),
    kind: 'body',
    message: 'responded with a body that is not valid br',
  },
  'zstd that is cut': {
    bytes: encoded(zstdCompressSync(TEXT).subarray(0, -5), 'content-encoding: zstd'),
    kind: 'body',
    message: 'responded with a body that is not valid zstd',
  },
  ...Object.fromEntries(
    [
      ['gzip', zipped()],
      ['deflate', deflateSync(TEXT)],
      ['deflate', deflateRawSync(TEXT)],
      ['br', brotliCompressSync(TEXT)],
      ['zstd', zstdCompressSync(TEXT)],
    ].map(([coding, bytes], i) => [
      `${String(coding)} with something behind it (${i})`,
      {
        bytes: encoded(
          Buffer.concat([bytes as Buffer, Buffer.from('x{}')]),
          `content-encoding: ${String(coding)}`,
        ),
        kind: 'body',
        message: `responded with a body that is not valid ${String(coding)}`,
      },
    ]),
  ),
  'gzip with a wrong checksum': {
    bytes: encoded(corruptAt(zipped(), zipped().length - 8), 'content-encoding: gzip'),
    kind: 'body',
    message: 'responded with a body that is not valid gzip',
  },
  'no gzip at all': {
    bytes: encoded(Buffer.from(TEXT), 'content-encoding: gzip'),
    kind: 'body',
    message: 'responded with a body that is not valid gzip',
  },
  'no deflate at all': {
    bytes: encoded(Buffer.from('not compressed'), 'content-encoding: deflate'),
    kind: 'body',
    message: 'responded with a body that is not valid deflate',
  },
  'an encoding that nobody knows': {
    bytes: encoded(Buffer.from('x'), 'content-encoding: x-"lzw"'),
    kind: 'content-type',
    message: 'responded with the content encoding "x-?lzw?", which is not supported',
  },
  'one that nobody knows beside gzip': {
    bytes: encoded(zipped(), 'content-encoding: gzip, aes128gcm'),
    kind: 'content-type',
    message: 'responded with the content encoding "aes128gcm", which is not supported',
  },
  'too many, one after the other': {
    bytes: encoded(zipped(), 'content-encoding: gzip, gzip, gzip, gzip'),
    kind: 'content-type',
    message: 'responded with the content encoding "gzip, gzip, gzip, gzip", which is not supported',
  },
}

describe.each(Object.entries(TRANSPORTS))('%s', (name, create) => {
  test.each(Object.entries(right))('reads %s', async (_, { bytes, text = TEXT, ends = false }) => {
    await using server = await startRawServer(async (connection) => {
      for (;;) {
        await connection.request()
        await connection.write(bytes.subarray(0, 150), bytes.subarray(150))
        if (ends) connection.socket.end()
      }
    })
    await using transport = create(LIMIT)
    // Sent twice, because bytes left over from the first response would break the second.
    for (let i = 0; i < 2; i++) {
      const answered = await transport.send(query(server.url))
      expect(answered.text === text).toBe(true)
    }
  })

  test.each(Object.entries(wrong))('rejects %s', async (_, { bytes, kind, message }) => {
    await using server = await startRawServer(async (connection) => {
      for (;;) {
        await connection.request()
        await connection.write(bytes)
      }
    })
    await using transport = create(LIMIT)
    await expect(transport.send(query(server.url))).rejects.toMatchObject({ kind, message })
    await expect(transport.send(query(server.url))).rejects.toMatchObject({ kind, message })
    // The body was complete, so the connection can be reused. undici may open a second one.
    expect(server.connections.length).toBeLessThanOrEqual(name === 'undici' ? 2 : 1)
  })
})

test('compressed responses are matched to their pipelined requests', async () => {
  await using server = await startRawServer(async (connection) => {
    for (let n = 0; ; n++) {
      const sent = await connection.request()
      const body = Buffer.from(sent.split('\r\n\r\n')[1] ?? '')
      await connection.write(n % 2 ? encoded(body) : encoded(zipped(body), 'content-encoding: gzip'))
    }
  })
  await using transport = createHttp1Transport({ maxResponseBytes: LIMIT })
  const bodies = Array.from({ length: 20 }, (_, n) => `{"query":"{a${n}}"}`)
  const answers = await Promise.all(bodies.map((body) => transport.send(pipelined(server.url, { body }))))
  expect(answers.map(({ text }) => text)).toEqual(bodies)
})
