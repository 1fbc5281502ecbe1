import fc from 'fast-check'
import { GraphQLError } from 'graphql'
import { describe, expect, test } from 'vitest'
import { encodeCursor } from '../../contracts/cursors.ts'
import { parsePage, type KeyType, type PageArgs } from './page.ts'

const SCOPE = 'User.posts:0192:[]'
const KEY: KeyType[] = ['timestamptz', 'uuid']
const ROW = ['2026-11-20 19:04:35.123+00', '01890a5d-ac96-774b-bcce-b302099a8057']
const CURSOR = encodeCursor(SCOPE, ROW)

/** Code and message of the error that these arguments cause. */
function refusal(args: PageArgs, key = KEY): string {
  try {
    parsePage(args, SCOPE, key)
  } catch (error) {
    if (error instanceof GraphQLError) return `${String(error.extensions['code'])}: ${error.message}`
    throw error
  }
  return 'accepted'
}

describe('the arguments of a connection', () => {
  test.for<[PageArgs, ReturnType<typeof parsePage>]>([
    [{}, { direction: 'forward', size: 20, cursor: null }],
    [
      { first: null, last: null, after: null, before: null },
      { direction: 'forward', size: 20, cursor: null },
    ],
    [{ first: 1 }, { direction: 'forward', size: 1, cursor: null }],
    [
      { first: 100, after: CURSOR },
      { direction: 'forward', size: 100, cursor: ROW },
    ],
    [{ after: CURSOR }, { direction: 'forward', size: 20, cursor: ROW }],
    [{ last: 5 }, { direction: 'backward', size: 5, cursor: null }],
    [
      { last: 5, before: CURSOR },
      { direction: 'backward', size: 5, cursor: ROW },
    ],
    [{ before: CURSOR }, { direction: 'backward', size: 20, cursor: ROW }],
  ])('%j request a page', ([args, page]) => {
    expect(parsePage(args, SCOPE, KEY)).toEqual(page)
  })

  test.for<[PageArgs, string]>([
    [{ first: 0 }, 'BAD_USER_INPUT: first is 0. Ask for 1 to 100.'],
    [{ first: 101 }, 'BAD_USER_INPUT: first is 101. Ask for 1 to 100.'],
    [{ last: -1 }, 'BAD_USER_INPUT: last is -1. Ask for 1 to 100.'],
    [{ last: 101 }, 'BAD_USER_INPUT: last is 101. Ask for 1 to 100.'],
    [
      { first: 3, last: 4 },
      'BAD_USER_INPUT: first and last are both given (3 and 4). Give only one of them.',
    ],
    [
      { first: 3, before: CURSOR },
      'BAD_USER_INPUT: "before" does not go with "first". Use first with after, or last with before.',
    ],
    [
      { last: 3, after: CURSOR },
      'BAD_USER_INPUT: "after" does not go with "last". Use first with after, or last with before.',
    ],
  ])('%j are rejected', ([args, message]) => {
    expect(refusal(args)).toBe(message)
  })
})

describe('a cursor in the arguments', () => {
  test.for(['', 'nonsense', CURSOR.slice(1), `${CURSOR}AAAA`])('%j is rejected as malformed', (after) => {
    expect(refusal({ after })).toBe(
      `BAD_USER_INPUT: after ${JSON.stringify(after)} is not a cursor. Pass an endCursor or startCursor unchanged.`,
    )
  })

  test('of another list is rejected as foreign', () => {
    const before = encodeCursor('User.posts:0193:[]', ROW)
    expect(refusal({ before })).toMatch(/^BAD_USER_INPUT: before ".*" is a cursor of another list\./)
  })

  test('with the wrong number of sort key values is rejected', () => {
    for (const values of [[], ROW.slice(1), [...ROW, 'x']]) {
      expect(refusal({ after: encodeCursor(SCOPE, values) })).toContain('is not a cursor')
    }
  })

  test.for<[KeyType, string[], string[]]>([
    [
      'uuid',
      ['01890a5d-ac96-774b-bcce-b302099a8057'],
      ['', '01890A5D-ac96-774b-bcce-b302099a8057', "x' or true --"],
    ],
    ['integer', ['0', '-12', '999999999'], ['', '1.5', '1e3', '2147483648', ' 1']],
    ['text', ['', 'alice', "o'neill"], ['a\0b']],
    [
      'timestamptz',
      ['2026-11-20 19:04:35+00', '2026-11-20 19:04:35.123456-03:30', '10000-01-01 00:00:00+00'],
      [
        '',
        'now',
        'infinity',
        '2026-11-20',
        '2026-11-20T19:04:35Z',
        '2026-02-30 00:00:00+00',
        '2026-99-99 99:99:99+99',
      ],
    ],
  ])('can contain in a key of type %s: %j, but not: %j', ([type, good, bad]) => {
    for (const value of good)
      expect(refusal({ after: encodeCursor(SCOPE, [value]) }, [type])).toBe('accepted')
    for (const value of bad) {
      expect(refusal({ after: encodeCursor(SCOPE, [value]) }, [type])).toContain('is not a cursor')
    }
  })

  test('always gives a page or BAD_USER_INPUT', () => {
    const number = fc.option(fc.integer({ min: -2, max: 103 }))
    const cursor = fc.option(fc.oneof(fc.string(), fc.constant(CURSOR)))
    fc.assert(
      fc.property(fc.record({ first: number, last: number, after: cursor, before: cursor }), (args) => {
        expect(refusal(args)).toMatch(/^(accepted$|BAD_USER_INPUT: )/)
      }),
    )
  })
})
