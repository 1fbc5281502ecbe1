import { expect, test } from 'vitest'
import { clockTime, prefixLines, renderLine } from './render-line.ts'

const time = '2026-11-20T12:34:56.789Z'
const clock = clockTime(new Date(time))

test('a pino line becomes time, level, message and its other fields', () => {
  const line = {
    level: 30,
    time,
    service: 'users',
    pid: 7,
    hostname: 'h',
    msg: 'listening',
    port: 4001,
    note: 'a b',
  }
  expect(renderLine(JSON.stringify(line))).toBe(`${clock} info  listening port=4001 note="a b"`)
})

test('the stack of an error is on separate lines', () => {
  const line = {
    level: 50,
    time,
    msg: 'lost',
    err: { type: 'Error', message: 'no', stack: 'Error: no\n    at x' },
  }
  expect(renderLine(JSON.stringify(line))).toBe(`${clock} error lost\nError: no\n    at x`)
})

test.each(['plain text', '', '{"half":', '{"level":"not pino"}', '[1]', 'null'])(
  '%j is unchanged',
  (line) => {
    expect(renderLine(line)).toBe(line)
  },
)

test('every line of a text gets the prefix', () => {
  expect(prefixLines('users | ', 'a\nb')).toBe('users | a\nusers | b')
})
