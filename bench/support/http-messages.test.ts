import { expect, test } from 'vitest'
import { messageReader } from './http-messages.ts'

const MESSAGES = [
  'POST /graphql HTTP/1.1\r\nhost: a\r\nContent-Length: 5\r\n\r\nhello',
  'GET / HTTP/1.1\r\nhost: a\r\n\r\n',
  'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n',
  `HTTP/1.1 200 OK\r\ncontent-length: 300\r\n\r\n${'x'.repeat(300)}`,
]
const BODIES = ['hello', '', 'abc0123456789abcdef', 'x'.repeat(300)]

test('messages are read from pieces of any size', () => {
  const bytes = Buffer.from(MESSAGES.join('') + MESSAGES.join(''))
  for (let size = 1; size <= bytes.length; size++) {
    const bodies: string[] = []
    const read = messageReader((_, body) => bodies.push(body.toString()))
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size))
    expect(bodies, `pieces of ${size} bytes`).toEqual([...BODIES, ...BODIES])
  }
})

test('the head of a message does not include the empty line', () => {
  const heads: string[] = []
  messageReader((head) => heads.push(head))(Buffer.from(MESSAGES[1] ?? ''))
  expect(heads).toEqual(['GET / HTTP/1.1\r\nhost: a'])
})
