import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseSnapshot, sees } from '../snapshot.ts'
import { readToken, writeToken } from './token-text.ts'
import {
  dropSeen,
  isFresh,
  mergeTokens,
  tokenOf,
  type AppliedTick,
  type Copies,
  type Token,
} from './token.ts'

const NO_COPIES: Copies = new Map()
const POSTS_COPIES_USERS: Copies = new Map([['posts', ['users']]])
const SECRET = 'a secret of more than thirty-two characters'

const token: fc.Arbitrary<Token> = fc
  .array(
    fc.tuple(
      fc.constantFrom('users', 'posts'),
      fc.integer({ min: 1, max: 2 }),
      fc.integer({ min: 3, max: 20 }),
    ),
    {
      maxLength: 12,
    },
  )
  .map((writes) => {
    const tokens = writes.map(([database, epoch, xid]) => tokenOf(database, epoch, String(xid)))
    return tokens.reduce(mergeTokens, new Map())
  })

const position: fc.Arbitrary<ReadonlyMap<string, AppliedTick>> = fc
  .tuple(
    fc.integer({ min: 1, max: 2 }),
    fc.bigInt(3n, 21n),
    fc.uniqueArray(fc.bigInt(3n, 20n), { maxLength: 3 }),
  )
  .map(([epoch, xmax, xip]) => new Map([['users', { epoch, cur: { xmax, xip: new Set(xip) } }]]))

test('a reader is fresh for a token when it sees every write, and a merged token needs what both need', () => {
  fc.assert(
    fc.property(token, token, position, (a, b, at) => {
      const merged = mergeTokens(a, b)
      const [left, right] = [a.get('users'), b.get('users')]
      // Of writes in two epochs those of the earlier are not needed; nine writes are as good as unseen.
      fc.pre(!left || !right || left.epoch === right.epoch)
      fc.pre(merged.get('users')?.xids !== 'source')
      expect(isFresh(merged, at, NO_COPIES)).toBe(isFresh(a, at, NO_COPIES) && isFresh(b, at, NO_COPIES))
      expect(writeToken(mergeTokens(b, a), SECRET).length).toBe(writeToken(merged, SECRET).length)
    }),
  )
})

test('what was seen is dropped, the rest stays, and what is left decides the same', () => {
  fc.assert(
    fc.property(token, position, position, (a, at, other) => {
      const left = dropSeen(a, at, NO_COPIES)
      expect(left.get('posts')).toEqual(a.get('posts'))
      const [now, before] = [at.get('users'), a.get('users')]
      const again = Array.from(left.get('users')?.xids ?? []).filter(
        (xid) => now && now.epoch === before?.epoch && sees(now.cur, BigInt(xid)),
      )
      expect(again).toEqual([])
      expect(isFresh(left, other, NO_COPIES) || !isFresh(a, other, NO_COPIES)).toBe(true)
    }),
  )
})

test('a token comes back as it was written', () => {
  fc.assert(
    fc.property(token, (a) => {
      expect(readToken(writeToken(a, SECRET), SECRET)).toEqual({ kind: 'token', token: a })
    }),
  )
})

test('a higher xid that is visible does not stand for a lower one that is not', () => {
  const written = mergeTokens(tokenOf('users', 1, '735'), tokenOf('users', 1, '736'))
  const at = new Map([['users', { epoch: 1, cur: parseSnapshot('735:737:735') }]])
  expect(isFresh(written, at, NO_COPIES)).toBe(false)
  expect(dropSeen(written, at, NO_COPIES)).toEqual(tokenOf('users', 1, '735'))
})

test('more than eight writes of a database, and writes of another epoch, send to the source', () => {
  const writes = (count: number) =>
    Array.from({ length: count }, (_, i) => tokenOf('users', 2, String(i + 3))).reduce(mergeTokens)
  const all = new Map([['users', { epoch: 2, cur: parseSnapshot('90:90:') }]])
  expect(isFresh(writes(8), all, NO_COPIES)).toBe(true)
  expect(isFresh(writes(9), all, NO_COPIES)).toBe(false)
  expect(isFresh(tokenOf('users', 1, '3'), all, NO_COPIES)).toBe(false)
  expect(isFresh(tokenOf('users', 3, '3'), all, NO_COPIES)).toBe(false)
  expect(isFresh(tokenOf('posts', 3, '3'), all, NO_COPIES)).toBe(true)
  expect(dropSeen(tokenOf('users', 1, '3'), all, NO_COPIES).size).toBe(0)
  expect(dropSeen(tokenOf('users', 1, '90'), all, NO_COPIES).size).toBe(1)
})

const upTo = (cur: string) => ({ epoch: 1, cur: parseSnapshot(cur) })

/** posts, whose copies of users are so far; undefined: not known. */
function postsAt(...copies: (string | null | undefined)[]): Map<string, AppliedTick> {
  const known = copies.filter((cur) => cur !== undefined)
  const applied = known.map((cur) => ({
    source: 'users',
    epoch: 1,
    cur: cur === null ? null : parseSnapshot(cur),
  }))
  return new Map([['posts', { ...upTo('500:500:'), ...(known.length > 0 && { copies: applied }) }]])
}

test.each([
  ['has the write', ['736:736:'], true],
  ['does not have the write', ['735:735:'], false],
  ['is not known', [undefined], false],
  ['has a key that is parked', [null], false],
  ['is one of two, and the other is behind', ['736:736:', '735:736:735'], false],
])('a response with a copy that %s is fresh: %j, %j', (_, copies, fresh) => {
  const written = tokenOf('users', 1, '735')
  const at = postsAt(...copies)
  expect(isFresh(written, at, POSTS_COPIES_USERS)).toBe(fresh)
  // One that shows no copy has nothing of users.
  expect(isFresh(written, at, NO_COPIES)).toBe(true)
  expect(isFresh(tokenOf('users', 2, '3'), at, POSTS_COPIES_USERS)).toBe(false)

  const [users, all] = [['users', upTo('900:900:')] as const, POSTS_COPIES_USERS]
  expect(dropSeen(written, new Map([...at, users]), all).size).toBe(fresh ? 0 : 1)
  // The copy alone does not do either, nor does the owner when nothing is known of the copy.
  expect(dropSeen(written, at, all)).toEqual(written)
  expect(dropSeen(written, new Map([users]), all)).toEqual(written)
  expect(dropSeen(written, new Map([users]), NO_COPIES).size).toBe(0)
})

test.each([
  ['x', 'cut short'],
  ['a.b.c', 'cut short'],
  [writeToken(tokenOf('users', 1, '3'), 'another secret'), 'signature'],
  [writeToken(tokenOf('users', 1, '3'), SECRET).slice(0, -1), 'signature'],
  [`A${writeToken(tokenOf('users', 1, '3'), SECRET)}`, 'signature'],
  ['a'.repeat(10_000), '10000 characters'],
])('%.20s… is refused, and why is said', (text, reason) => {
  expect(readToken(text, SECRET)).toEqual({ kind: 'invalid', message: expect.stringContaining(reason) })
})
