import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { chooseCoding, compressResponse, COMPRESSED_FROM } from './compress-response.ts'

test.each([
  ['gzip', 'gzip'],
  ['br', 'br'],
  ['gzip, deflate, br, zstd', 'br'],
  ['gzip, deflate', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0.1', 'br'],
  ['br;q=0, *', 'gzip'],
  ['br;q=0.5, gzip', 'gzip'],
  ['gzip;q=0.5, br;q=0.5', 'br'],
  ['gzip ; q=0.001', 'gzip'],
  ['identity, gzip;q=0.5', null],
  ['gzip;q=0', null],
  ['gzip;q=0, br;q=0.0', null],
  ['identity', null],
  ['identity;q=0, *;q=0', null],
  ['deflate, zstd, compress', null],
  ['', null],
  [',,;', null],
  ['gzip;q=x', null],
])('for accept-encoding %j it is %j', (header, coding) => {
  expect(chooseCoding(header)).toBe(coding)
})

test('an accept-encoding of more than 1,000 characters is ignored, so that reading the header stays fast', () => {
  expect(chooseCoding('br'.padEnd(1_000))).toBe('br')
  expect(chooseCoding('br'.padEnd(1_001))).toBeNull()
})

const respond = (text: string) => ({ status: 200, headers: ['content-type', 'application/json'], text })

test.each([COMPRESSED_FROM, 10_000, 100_000])(
  'a response of %i characters is complete after decompression',
  async (size) => {
    const text = JSON.stringify('ä😀x'.repeat(size)).slice(0, size)
    const zipped = await compressResponse(respond(text), 'gzip')
    expect(zipped.headers).toEqual(['content-type', 'application/json', 'content-encoding', 'gzip'])
    expect(gunzipSync(zipped.bytes ?? '').toString() === Buffer.from(text).toString()).toBe(true)
    const brotli = await compressResponse(respond(text), 'br, gzip')
    expect(brotli.headers.at(-1)).toBe('br')
    expect(brotliDecompressSync(brotli.bytes ?? '').toString() === Buffer.from(text).toString()).toBe(true)
  },
)

test('small responses, and responses for clients that accept no supported coding, are not compressed', async () => {
  const small = respond('x'.repeat(COMPRESSED_FROM - 1))
  expect(await compressResponse(small, 'gzip')).toBe(small)
  const large = respond('x'.repeat(COMPRESSED_FROM))
  expect(await compressResponse(large, 'deflate')).toBe(large)
})

test('responses beyond the limit of concurrent compressions are sent uncompressed', async () => {
  const large = respond(JSON.stringify('x'.repeat(100_000)))
  const sent = await Promise.all(Array.from({ length: 20 }, () => compressResponse(large, 'gzip')))
  expect(sent.filter(({ bytes }) => bytes)).toHaveLength(8)
  expect((await compressResponse(large, 'gzip')).bytes).toBeDefined()
})
