import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { handlesIn, mentionedIn, mentionsIn, MOST_MENTIONED, showText } from './mentions.ts'

const alice = '01932b2e-0000-7000-8000-00000000a11c'
const bob = '01932b2e-0000-7000-8000-000000000b0b'
/** As in users. */
const HANDLE = /^[a-z][a-z0-9_]{2,29}$/
const users = new Map([
  ['alice', alice],
  ['bob', bob],
])

describe('a handle in a text', () => {
  it.each([
    ['@alice', ['alice']],
    ['Hello @Alice, hello (@bob)!', ['alice', 'bob']],
    ['.@alice -@bob "@alice"', ['alice', 'bob']],
    ['@alice.', ['alice']],
    ["@alice's", ['alice']],
    ['🌍@alice🌍', ['alice']],
    ['@under_score_1', ['under_score_1']],
    [`@${'a'.repeat(30)}`, ['a'.repeat(30)]],
  ])('is found in %j', (text, handles) => {
    expect(handlesIn(text)).toEqual(handles)
  })

  it.each([
    'alice',
    '@al',
    '@1alice',
    `@${'a'.repeat(31)}`,
    'mail@alice.com',
    'é@alice',
    '@alicé',
    '@@alice',
    '@alice@example.social',
    'https://example.social/@alice',
    '@aliſe',
    '@ alice',
  ])('is not found in %j', (text) => {
    expect(handlesIn(text)).toEqual([])
  })

  it('is one of those that users can have', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (word) => {
        for (const handle of handlesIn(`@${word} x@${word} @${word}@`)) expect(handle).toMatch(HANDLE)
      }),
    )
  })

  it('counts among the first hundred only', () => {
    const text = Array.from({ length: 150 }, (_, i) => `@user_${i} @user_${i}`).join(' ')
    expect(handlesIn(text)).toHaveLength(MOST_MENTIONED)
  })
})

describe('a text with mentions', () => {
  const text = '🌍 @Alice and @bob, not @carol; @alice'
  const mentions = mentionsIn(text, users)

  it('knows who is meant and where', () => {
    expect(mentions.map(({ start, length, userId }) => [text.slice(start, start + length), userId])).toEqual([
      ['@Alice', alice],
      ['@bob', bob],
      ['@alice', alice],
    ])
    expect(mentionedIn(mentions)).toEqual([alice, bob])
  })

  it('is shown as it was typed while the handles are right', () => {
    const handles = new Map([...users].map(([handle, id]) => [id, handle]))
    expect(showText(text, mentions, (id) => handles.get(id))).toBe(text)
    expect(showText(text, mentions, () => undefined)).toBe(text)
  })

  it('is shown with the handles of now, longer or shorter', () => {
    const handles = new Map([
      [alice, 'alice_in_wonderland'],
      [bob, 'bo_'],
    ])
    expect(showText(text, mentions, (id) => handles.get(id))).toBe(
      '🌍 @alice_in_wonderland and @bo_, not @carol; @alice_in_wonderland',
    )
  })

  it('shown and typed again, means the same people', () => {
    const handle = fc.stringMatching(HANDLE)
    fc.assert(
      fc.property(
        fc.uniqueArray(handle, { minLength: 2, maxLength: 2 }),
        fc.array(fc.constantFrom('@alice', '@bob', ' ', ', ', '@', 'x', '🌍', '\n')),
        ([first = '', second = ''], parts) => {
          const typed = parts.join('')
          const before = mentionsIn(typed, users)
          const now = new Map([
            [alice, first],
            [bob, second],
          ])
          const shown = showText(typed, before, (id) => now.get(id))
          const renamed = new Map([...now].map(([id, name]) => [name, id]))
          fc.pre(!renamed.has('alice') && !renamed.has('bob'))
          const again = mentionsIn(shown, renamed)
          expect(again.map(({ userId }) => userId)).toEqual(before.map(({ userId }) => userId))
        },
      ),
    )
  })
})
