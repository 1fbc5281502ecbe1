import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExactNumber, mayLoseDigits, parseExactly, wholeDigits } from './exact-number.ts'

/** Numbers in any form that JSON allows. JavaScript would write most of them in another form. */
const numbers = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(fc.constant('0'), fc.stringMatching(/^[1-9]\d{0,25}$/)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,25}$/)),
    fc.oneof(fc.constant(''), fc.stringMatching(/^[eE][+-]?\d{1,3}$/)),
  )
  .map((parts) => parts.join(''))

/** JSON with such numbers, with strings that look like JSON, and with some spaces. */
const { json } = fc.letrec<{ json: string; leaf: string }>((tie) => ({
  leaf: fc.oneof(
    numbers,
    fc.constantFrom('null', 'true'),
    fc.string().map((text) => JSON.stringify(text)),
    numbers.map((text) => JSON.stringify(`x: ${text}, [${text}]`)),
  ),
  json: fc.oneof(
    { maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('json'), { maxLength: 4 }).map((items) => `[${items.join(', ')}]`),
    fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('json'), { maxKeys: 4 }).map(
      (members) =>
        `{${Object.entries(members)
          .map(([name, text]) => `${JSON.stringify(name)}: ${text}`)
          .join(',')}}`,
    ),
  ),
}))

/** The same JSON without spaces between tokens. */
function normal(text: string): string {
  const marked = (text.match(/"(?:[^"\\]|\\.)*"|[-+.\deE]+|true|null|[^\s]/g) ?? []).join('')
  return marked
}

test('JSON that is parsed exactly is written with all its digits', () => {
  fc.assert(
    fc.property(json, (text) => {
      // JavaScript moves keys that are indices to the front of an object.
      fc.pre(!/"\d+":/.test(text))
      expect(JSON.stringify(parseExactly(text))).toBe(normal(text))
    }),
    { numRuns: 500 },
  )
})

test('every number that a double would change is detected', () => {
  fc.assert(
    fc.property(json, (text) => {
      fc.pre(!/"\d+":/.test(text))
      const list = `[${text}]`
      const changed = JSON.stringify(JSON.parse(list)) !== normal(list)
      expect(changed && !mayLoseDigits(list)).toBe(false)
    }),
    { numRuns: 500 },
  )
})

test('texts with dates, ids and prose contain no such numbers', () => {
  const text = JSON.stringify({
    id: '0190a7b2-4e5d-7e31-9f2a-446655440000',
    at: '2026-11-30T06:33:31.123Z',
    zone: '2026-11-30T06:33:31.123+01:00',
    text: 'at 10:30.5 or 1e5 (v1.2)',
    count: 123_456_789_012_345,
    list: [0, -1, 2],
  })
  expect(mayLoseDigits(text)).toBe(false)
})

test('a long text of only digits, spaces or brackets is searched in linear time', () => {
  for (const part of ['1', ' ', '[', '1.', '1e', ',1 ', ':1.1']) {
    expect(mayLoseDigits(part.repeat(1_000_000))).toBeTypeOf('boolean')
  }
})

describe('digits of whole numbers', () => {
  test.each([
    [5, '5'],
    [1e21, '1000000000000000000000'],
    [new ExactNumber('9007199254740993'), '9007199254740993'],
    [new ExactNumber('5.0'), '5'],
    [new ExactNumber('1e3'), '1000'],
    [new ExactNumber('1.50'), null],
    [new ExactNumber('1e400'), null],
    [1.5, null],
    [Infinity, null],
    ['5', null],
    [null, null],
  ])('%j: %s', (value, digits) => expect(wholeDigits(value)).toBe(digits))
})
