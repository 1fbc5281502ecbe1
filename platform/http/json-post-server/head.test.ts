import { describe, expect, test } from 'vitest'
import { readPostHead } from './head.ts'

const FIELDS = ['Host: a', 'Content-Type: application/json', 'Content-Length: 12']
const read = (fields: readonly string[], line = 'POST /graphql HTTP/1.1') =>
  readPostHead([line, ...fields].join('\r\n'), '/graphql')

test('names are in lower case, and values are trimmed', () => {
  expect(read([...FIELDS, 'X-A:\t b  c \t', 'x-empty:', 'Connection: Keep-Alive'])).toEqual({
    length: 12,
    headers: {
      host: 'a',
      'content-type': 'application/json',
      'content-length': '12',
      'x-a': 'b  c',
      'x-empty': '',
      connection: 'Keep-Alive',
    },
  })
})

test('a value of only white space is empty', () => {
  expect(read([...FIELDS, 'x-a: \t  \t'])?.headers).toMatchObject({ 'x-a': '' })
})

describe('a head is parsed in linear time', () => {
  const WHITE = ' '.repeat(16_000)
  test.each([
    ['white space before a byte that is refused', `x-a:${WHITE}\x80`],
    ['white space within a value', `x-a: b${WHITE}\x80`],
    ['tabs', `x-a:${'\t'.repeat(16_000)}\x80`],
    ['white space and tabs in turn', `x-a:${' \t'.repeat(8_000)}\x80`],
    ['a name without end', 'x'.repeat(16_000)],
    ['white space before the colon', `x-a${WHITE}:`],
    ['fields without a value', Array.from({ length: 3_000 }, (_, n) => `x${n}:`).join('\r\n')],
    ['white space after a value', `x-a: ${`b${' '.repeat(100)}`.repeat(158)}`],
  ])('%s', (_, field) => {
    // In quadratic time, 100 of them would take 17 s, longer than the timeout of a test.
    const heads = Array.from({ length: 100 }, () => read([...FIELDS, field]))
    expect(new Set(heads.map((head) => JSON.stringify(head))).size).toBe(1)
  })
})

describe('an ambiguous request is left to node:http', () => {
  test.each([
    ['another method', 'GET /graphql HTTP/1.1'],
    ['a method in lower case', 'post /graphql HTTP/1.1'],
    ['another path', 'POST /graphql/ HTTP/1.1'],
    ['a query string', 'POST /graphql?a HTTP/1.1'],
    ['a whole address', 'POST http://a/graphql HTTP/1.1'],
    ['another version', 'POST /graphql HTTP/1.0'],
    ['two spaces', 'POST  /graphql HTTP/1.1'],
    ['an empty line before', '\r\nPOST /graphql HTTP/1.1'],
  ])('%s', (_, line) => {
    expect(read(FIELDS, line)).toBeNull()
  })

  test.each([
    'Host: b',
    'content-length: 12',
    'Transfer-Encoding: chunked',
    'Content-Encoding: gzip',
    'Expect: 100-continue',
    'Upgrade: h2c',
    'Connection: close',
    'Connection: upgrade',
    'Connection: keep-alive, x-a',
    'Proxy-Connection: close',
    'Set-Cookie: a=b',
    '__proto__: a',
    'x-a : b',
    ' x-a: b',
    'x a: b',
    'x-a',
    ': b',
    'x-a: b\rc',
    'x-a: b\nc: d',
    'x-a: b\r\n folded',
    'x-a: \0',
    'x-a: \x7f',
    'x-a: ä',
  ])('%j', (field) => {
    expect(read([...FIELDS, field])).toBeNull()
  })

  test.each(
    [['', '-1', '+1', '1.0', '0x1', '1e3', '1,1', '1 1', '9999999999'].map((length) => [length])].flat(),
  )('a length of %j', (length) => {
    expect(read(['Host: a', 'Content-Type: application/json', `Content-Length: ${length}`])).toBeNull()
  })

  test.each(['Host: a', 'Content-Type: application/json', 'Content-Length: 12'])('without %s', (missing) => {
    expect(read(FIELDS.filter((field) => field !== missing))).toBeNull()
  })

  test.each(['text/plain', 'application/json; charset=latin1', 'application/jsonp', 'application/graphql'])(
    'a body of %s',
    (type) => {
      expect(read(['Host: a', 'Content-Length: 12', `Content-Type: ${type}`])).toBeNull()
    },
  )
})
