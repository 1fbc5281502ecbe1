import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { handlesIn, mentionedIn, mentionsIn, MAX_MENTIONED, showText, type Mention } from './mentions.ts'

const alice = '01932b2e-0000-7000-8000-00000000a11c'
const bob = '01932b2e-0000-7000-8000-000000000b0b'
/** As in users. */
const HANDLE = /^[a-z][a-z0-9_]{2,29}$/
const users = new Map([
  ['alice', alice],
  ['bob', bob],
])

/** A text, what it is an example of, and whom it mentions if that is not alice, and bob where he is in it. */
type Case = [text: string, kind: string, handles?: string[]]

const MENTIONS: Case[] = [
  ['@alice', 'the whole text'],
  ['Hello @Alice, hello (@bob)!', 'upper case, brackets'],
  ['"@alice" “@bob” «@alice» ‘@bob’ „@alice“', 'quotation marks'],
  ["'@alice' `@bob` *@alice* [@bob](x) <@alice> {@bob} |@alice| ~~ @bob ~~", 'marks of Markdown and code'],
  ['one\n@alice\r\n@bob', 'lines'],
  ['tab\t@alice\u00a0@bob\u3000@alice', 'white space of every kind'],
  ['@alice.', 'the end of a sentence'],
  ['@alice... @bob!? @alice: text @bob; @alice, @bob… @alice– @bob—', 'punctuation after'],
  ["@alice's and @bob’s", 'possessives'],
  ['@alice/@bob', 'a list with slashes: the first one only', ['alice']],
  ['@alice,@bob;@alice', 'lists without spaces'],
  ['—@alice –@bob …@alice ・@bob ！@alice', 'punctuation beyond ASCII'],
  ['转发：@alice，@bob。@alice', 'full-width punctuation'],
  ['中文@alice 日本語の@bob カタカナー@alice 々@bob', 'a script that has no spaces, before'],
  ['@alice你好 @bobさん @aliceサン', 'a script that has no spaces, after'],
  ['สวัสดี@alice ນ@bob ក@alice မ@bob', 'Thai, Lao, Khmer, Burmese'],
  ['@alice님 @bob은', 'Korean particles'],
  ['🌍@alice🌍 👍🏽@bob👍🏽 🇩🇪@alice🇩🇪 ❤\ufe0f@bob❤\ufe0f', 'emoji'],
  ['👩\u200d💻@alice 1\ufe0f\u20e3@bob #\ufe0f\u20e3@alice', 'emoji of several characters'],
  ['①@alice ㊗@bob ²@alice', 'numbers that are no digits'],
  ['שלום @alice! مرحبا، @bob، شكرا', 'scripts from right to left'],
  ['\u200f@alice \u2067@bob\u2069 \u200e@alice\u200e', 'marks of direction'],
  ['x\u200b@alice\u200bx', 'a zero-width space separates words'],
  ['@alice_ @bob--x', 'what is no longer name', ['alice_', 'bob']],
  ['see https://example.org/ @alice (https://example.org/a), @bob', 'beside an address'],
  ['@alice(https://example.org/@bob)', 'before an address', ['alice']],
  ['and/or (@alice) e.g. (@bob)', 'slashes and dots without an address'],
  ['@under_score_1', 'every character of a handle', ['under_score_1']],
  [`@${'a'.repeat(30)}`, 'the longest handle', ['a'.repeat(30)]],
]

const NO_MENTIONS: Case[] = [
  ['alice', 'no sign'],
  ['@ alice @\u200balice @\u0301alice', 'nothing between the sign and the handle'],
  ['@al @1alice', 'no handle'],
  [`@${'a'.repeat(31)}`, 'too long a handle'],
  ['@@alice @＠alice ＠@alice', 'two signs'],
  ['＠alice', 'the full-width sign'],
  ['mail@alice.com bob+@alice.com bob-@alice bob.@alice bob_@alice', 'mail addresses'],
  ['é@alice e\u0301@alice @alicé @alice\u0301', 'letters with marks, composed and decomposed'],
  ['я@alice ש@alice ا@alice 한@alice क@alice कि@alice', 'letters of scripts that have spaces'],
  ['5@alice ٥@alice Ⅷ@alice ａ@alice', 'digits and numbers that are letters'],
  ['a\u200d@alice a\u2060@alice a\ufe0f@alice @alice\u200dx @alice\u00adx', 'characters that join words'],
  ['‿@alice @alice‿', 'connecting punctuation'],
  ['=@alice .@alice +@alice -@alice :@alice /@alice', 'what stands within addresses'],
  ['&@alice #@alice %@alice ~@alice \\@alice ‐@alice \u2011@alice', 'its neighbours'],
  ['@alice@mastodon.social @alice@', 'an address of another network'],
  ['@alice.com @alice.bsky.social @alice.b', 'a domain'],
  ['@alice:matrix.org @alice:8080', 'an address with a colon'],
  ['@alice-bob @alice-1', 'a longer name'],
  ['@alice/core import "@alice/x"', 'a package'],
  ['@alice.é @alice-я', 'the same in other scripts'],
  ['@aliſe @alicе', 'letters that look alike'],
  ['https://x.org/@alice https://x.org/?u=@alice&v=1', 'addresses'],
  ['https://x.org/?q=(@alice) HTTPS://x.org/*@alice ftp://x.org/"@bob".', 'signs within an address', ['bob']],
  ['https://x.org/a,@alice,@bob;(@alice)', 'several within an address'],
  [
    'www.x.org/(@alice) x.org/?q=(@alice) example.co.uk:8080/!@alice x.org?q=*@alice',
    'addresses without a scheme',
  ],
  ['https://user:@alice.com/ ssh://@alice', 'a name of an address'],
]

/** What stands at the edges of mentions. */
const PARTS = [
  'x',
  '1',
  '_',
  '-',
  ':',
  '=',
  '/',
  ', ',
  "'s",
  '(',
  ')',
  '\n',
  '🌍',
  '中',
  '님',
  'é',
  '\u0301',
  '\u200d',
  '\ufe0f',
]

/** The text around mentions. */
function besides(text: string, mentions: readonly Mention[]): string[] {
  const ends = [0, ...mentions.map(({ start, length }) => start + length)]
  return ends.map((end, i) => text.slice(end, mentions[i]?.start))
}

describe('a handle in a text', () => {
  it.each(MENTIONS)('is found in %j: %s', (text, _, handles = ['alice', 'bob']) => {
    expect(handlesIn(text)).toEqual(
      text.includes('@bob') ? handles : handles.filter((each) => each !== 'bob'),
    )
  })

  it.each(NO_MENTIONS)('is not found in %j: %s', (text, _, handles = []) => {
    expect(handlesIn(text)).toEqual(handles)
  })

  it('is a valid handle', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (word) => {
        for (const handle of handlesIn(`@${word} x@${word} @${word}@`)) expect(handle).toMatch(HANDLE)
      }),
    )
  })

  it('is a mention only among the first hundred', () => {
    const text = Array.from({ length: 150 }, (_, i) => `@user_${i} @user_${i}`).join(' ')
    expect(handlesIn(text)).toHaveLength(MAX_MENTIONED)
  })
})

describe('a text with mentions', () => {
  const text = '🌍 @Alice and @bob, not @carol; @alice'
  const mentions = mentionsIn(text, users)

  it('has the mentioned users and their positions', () => {
    expect(mentions.map(({ start, length, userId }) => [text.slice(start, start + length), userId])).toEqual([
      ['@Alice', alice],
      ['@bob', bob],
      ['@alice', alice],
    ])
    expect(mentionedIn(mentions)).toEqual([alice, bob])
  })

  it('is shown as it was typed while the handles are current', () => {
    const handles = new Map([...users].map(([handle, id]) => [id, handle]))
    expect(showText(text, mentions, (id) => handles.get(id))).toBe(text)
    expect(showText(text, mentions, () => undefined)).toBe(text)
  })

  it('is shown with the current handles, longer or shorter', () => {
    const handles = new Map([
      [alice, 'alice_in_wonderland'],
      [bob, 'bo_'],
    ])
    expect(showText(text, mentions, (id) => handles.get(id))).toBe(
      '🌍 @alice_in_wonderland and @bo_, not @carol; @alice_in_wonderland',
    )
  })

  it('shown and submitted again, mentions the same users and is otherwise the same', () => {
    const handle = fc.stringMatching(HANDLE)
    const part = fc.oneof(
      fc.constantFrom('@alice', '@Bob', '@carol', ' ', '.', 'https://x.org/', '@', ...PARTS),
      fc.string({ unit: 'grapheme', maxLength: 5 }),
    )
    fc.assert(
      fc.property(
        fc.uniqueArray(handle, { minLength: 2, maxLength: 2 }),
        fc.array(part, { maxLength: 30 }),
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
          expect(besides(shown, again)).toEqual(besides(typed, before))
          const back = new Map([...users].map(([name, id]) => [id, name]))
          expect(showText(shown, again, (id) => back.get(id)).toLowerCase()).toBe(typed.toLowerCase())
        },
      ),
    )
  })
})
