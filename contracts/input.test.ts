import { describe, expect, it } from 'vitest'
import { isFailure } from './failure.ts'
import { formatId } from './ids.ts'
import { InputChecker, textFault } from './input.ts'

const UUID = '01890a5d-ac96-774b-bcce-b302099a8057'

describe('the error of a text', () => {
  it.each([
    ['', 'must not be blank'],
    ['  \n\t', 'must not be blank'],
    ['\u200b\u202e', 'must not be blank'],
    ['a\0b', 'NUL'],
    ['a\ud800', 'surrogate'],
    ['x'.repeat(11), '11 characters; at most 10'],
  ])('of %j names it', (text, fault) => {
    expect(textFault(text, 1, 10)).toContain(fault)
  })

  it.each([
    ['Hangul fillers', '\u3164\uffa0\u115f\u1160'],
    ['the empty Braille pattern', '\u2800 \u2800'],
    ['a grapheme joiner', '\u034f'],
    ['variation selectors', '\ufe0f\ufe00\u{e0100}\u180b\u180f'],
    ['joiners and marks of direction', '\u200d\u200c\u2060\ufeff\u061c\u2066'],
    ['tags', '\u{e0041}\u{e007f}'],
    ['inherent vowels of Khmer', '\u17b4\u17b5'],
    ['a soft hyphen', '\u00ad'],
    ['white space of every kind', '\u0085\u00a0\u1680\u2003\u2028\u2029\u202f\u205f\u3000'],
    ['what is reserved for it', '\u2065\ufff0\u{e0fff}'],
    ['a null notehead and a Khitan filler', '\u{1d159}\u{16fe4}'],
  ])('reports a blank text: %s', (_, text) => {
    expect(textFault(text, 1, 100)).toContain('must not be blank')
    expect(textFault(`${text}a${text}`, 1, 100)).toBeNull()
  })

  it.each(['.', '\u0301', '❤\ufe0f', '\u2801', 'ㅏ', '\ue000', '\u{1fae9}', '山'])(
    'does not exist if something in it is visible: %j',
    (text) => {
      expect(textFault(text, 1, 100)).toBeNull()
    },
  )

  it('counts characters, not code units', () => {
    expect(textFault('🙂'.repeat(10), 1, 10)).toBeNull()
    expect(textFault('🙂'.repeat(11), 1, 10)).toContain('11 characters')
  })

  it('says how many characters are missing', () => {
    expect(textFault('a', 8, 200)).toBe('The text has 1 character; at least 8 characters are needed.')
    expect(textFault('', 0, 10)).toBeNull()
  })
})

describe('an input', () => {
  it('with several errors reports all of them, each with its path', () => {
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

  it('never repeats a long value in full', () => {
    const checker = new InputChecker()
    checker.id('user', 'userId', 'x'.repeat(100_000))
    expect(checker.failure()?.message.length).toBeLessThan(400)
  })

  it('without errors returns its values', () => {
    const checker = new InputChecker()
    expect(checker.id('user', 'userId', formatId('user', UUID))).toBe(UUID)
    expect(checker.idempotencyKey(null)).toBeNull()
    expect(checker.idempotencyKey('k')).toBe('k')
    expect(checker.failure()).toBeNull()
  })
})
