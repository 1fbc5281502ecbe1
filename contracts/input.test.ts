import { describe, expect, it } from 'vitest'
import { isFailure } from './failure.ts'
import { formatId } from './ids.ts'
import { InputChecker, textFault } from './input.ts'

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057'

describe('the fault of a text', () => {
  it.each([
    ['', 'shows nothing'],
    ['  \n\t', 'shows nothing'],
    ['\u200b\u202e', 'shows nothing'],
    ['a\0b', 'NUL'],
    ['a\ud800', 'surrogate'],
    ['x'.repeat(11), '11 characters; at most 10'],
  ])('of %j names it', (text, fault) => {
    expect(textFault(text, 1, 10)).toContain(fault)
  })

  it('counts what a person counts, not code units', () => {
    expect(textFault('🙂'.repeat(10), 1, 10)).toBeNull()
    expect(textFault('🙂'.repeat(11), 1, 10)).toContain('11 characters')
  })

  it('says how much is missing', () => {
    expect(textFault('a', 8, 200)).toBe('The text has 1 character; at least 8 characters are needed.')
    expect(textFault('', 0, 10)).toBeNull()
  })
})

describe('an input', () => {
  it('reports every fault at once, each with its path', () => {
    const checker = new InputChecker()
    checker.id('user', 'userId', 'user_nonsense')
    checker.id('post', 'postId', formatId('user', UUID))
    checker.idempotencyKey('')
    const failure = checker.failure()
    expect(
      isFailure(failure) && failure.code === 'INVALID_INPUT' && failure.issues.map(({ path }) => path),
    ).toEqual([
      ['input', 'userId'],
      ['input', 'postId'],
      ['input', 'idempotencyKey'],
    ])
    expect(failure?.message).toContain('"user_nonsense" is not the id of a user')
  })

  it('never repeats a long value whole', () => {
    const checker = new InputChecker()
    checker.id('user', 'userId', 'x'.repeat(100_000))
    expect(checker.failure()?.message.length).toBeLessThan(400)
  })

  it('without a fault gives the values', () => {
    const checker = new InputChecker()
    expect(checker.id('user', 'userId', formatId('user', UUID))).toBe(UUID)
    expect(checker.idempotencyKey(null)).toBeNull()
    expect(checker.idempotencyKey('k')).toBe('k')
    expect(checker.failure()).toBeNull()
  })
})
