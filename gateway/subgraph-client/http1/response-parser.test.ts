import { expect, test } from 'vitest'
import type { SubgraphFault } from '../fault.ts'
import { ResponseParser } from './response-parser.ts'

/** The results of a parser for bytes in these parts: each response as `status text`, then the fault. */
function read(parts: readonly Buffer[], expected: number): string[] {
  const seen: string[] = []
  const parser = new ResponseParser(
    {
      expectsResponse: () => seen.length < expected,
      onResponse: (head, text) => seen.push(`${head.status} ${text}`),
      onEncodedResponse: (head, bytes) => seen.push(`${head.status} ${head.encoding} ${bytes.toString()}`),
      onFault: (fault: SubgraphFault) => seen.push(fault.kind),
    },
    1_000,
  )
  // Like a connection, this reuses one buffer for all input.
  const buffer = Buffer.alloc(2_048)
  for (const part of parts) {
    buffer.fill(0xee)
    part.copy(buffer)
    parser.read(buffer, part.length)
  }
  if (parser.end()) seen.push('end')
  return seen
}

const LENGTH = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n"é🌍"\n'
const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;a="b"\r\n"é"\r\n003\r\nabc\r\n0\r\nt: v\r\n\r\n'
const EMPTY = 'HTTP/1.1 204 No Content\r\n\r\n'
const INTERIM = 'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n'
const CLOSE = 'HTTP/1.1 200 OK\r\n\r\nabc'

const samples: Record<string, { text: string; answers: string[] }> = {
  pipelined: {
    text: LENGTH + INTERIM + CHUNKED + EMPTY + CLOSE,
    answers: ['200 "é🌍"\n', '200 "é"abc', '204 ', '200 abc', 'end'],
  },
  'malformed after the first': {
    text: `${LENGTH}HTTP/1.1 200 OK\r\nx y: z\r\n\r\n`,
    answers: ['200 "é🌍"\n', 'protocol'],
  },
  'more than was asked for': { text: EMPTY + EMPTY, answers: ['204 ', 'protocol'] },
  'a bad chunk': { text: `${CHUNKED.slice(0, -4)}\rx`, answers: ['protocol'] },
}

test.each(Object.entries(samples))(
  '%s is parsed in the same way however the bytes are split',
  (name, { text, answers }) => {
    const bytes = Buffer.from(text)
    const expected = name === 'more than was asked for' ? 1 : 9
    expect(read([bytes], expected)).toEqual(answers)
    expect(
      read(
        Array.from(bytes, (byte) => Buffer.of(byte)),
        expected,
      ),
    ).toEqual(answers)
    for (let i = 1; i < bytes.length; i++) {
      const parts = [bytes.subarray(0, i), bytes.subarray(i)]
      expect(read(parts, expected), `split at ${i}`).toEqual(answers)
      for (let j = i + 1; j < bytes.length; j += 7) {
        const three = [bytes.subarray(0, i), bytes.subarray(i, j), bytes.subarray(j)]
        expect(read(three, expected), `split at ${i} and ${j}`).toEqual(answers)
      }
    }
  },
)

test.each([
  [16_384, '200 '],
  [16_385, 'too-large'],
])('a head of %i bytes', (size, outcome) => {
  const before = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\nx: '
  const head = Buffer.from(`${before}${'y'.repeat(size - before.length - 4)}\r\n\r\n`)
  const parts = Array.from({ length: Math.ceil(size / 1_000) }, (_, i) =>
    head.subarray(i * 1_000, (i + 1) * 1_000),
  )
  expect(read(parts, 1)).toEqual([outcome])
})

test.each([
  ['content-length: 1000\r\n\r\n', 1_000, ['200']],
  ['content-length: 1001\r\n\r\n', 0, ['too-large']],
  ['\r\n', 1_000, ['200', 'end']],
  ['\r\n', 1_001, ['too-large']],
])('the limit of a body: %j and %i bytes', (fields, size, outcome) => {
  const parts = [Buffer.from(`HTTP/1.1 200 OK\r\n${fields}`), Buffer.alloc(size, 'x')]
  expect(read(parts, 1).map((seen) => seen.split(' ')[0])).toEqual(outcome)
})

test('trailers and chunk extensions are limited in size', () => {
  const start = Buffer.from('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1;')
  expect(read([start, ...Array.from({ length: 40 }, () => Buffer.alloc(2_000, 'x'))], 1)).toEqual([
    'protocol',
  ])
})
