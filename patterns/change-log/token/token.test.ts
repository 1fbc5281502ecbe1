import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type AppliedSnapshot, parseSnapshot, sees } from '../snapshot.ts'
import { readToken, writeToken } from './token-text.ts'
import { dropSeen, isFresh, mergeTokens, tokenOf, type Token } from './token.ts'

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

const position: fc.Arbitrary<ReadonlyMap<string, AppliedSnapshot>> = fc
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
      expect(isFresh(merged, at)).toBe(isFresh(a, at) && isFresh(b, at))
      expect(writeToken(mergeTokens(b, a), SECRET).length).toBe(writeToken(merged, SECRET).length)
    }),
  )
})

test('what was seen is dropped, the rest stays, and what is left decides the same', () => {
  fc.assert(
    fc.property(token, position, position, (a, at, other) => {
      const left = dropSeen(a, at)
      expect(left.get('posts')).toEqual(a.get('posts'))
      const [now, before] = [at.get('users'), a.get('users')]
      const again = Array.from(left.get('users')?.xids ?? []).filter(
        (xid) => now && now.epoch === before?.epoch && sees(now.cur, BigInt(xid)),
      )
      expect(again).toEqual([])
      expect(isFresh(left, other) || !isFresh(a, other)).toBe(true)
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
  expect(isFresh(written, at)).toBe(false)
  expect(dropSeen(written, at)).toEqual(tokenOf('users', 1, '735'))
})

test('more than eight writes of a database, and writes of another epoch, send to the source', () => {
  const writes = (count: number) =>
    Array.from({ length: count }, (_, i) => tokenOf('users', 2, String(i + 3))).reduce(mergeTokens)
  const all = new Map([['users', { epoch: 2, cur: parseSnapshot('90:90:') }]])
  expect(isFresh(writes(8), all)).toBe(true)
  expect(isFresh(writes(9), all)).toBe(false)
  expect(isFresh(tokenOf('users', 1, '3'), all)).toBe(false)
  expect(isFresh(tokenOf('users', 3, '3'), all)).toBe(false)
  expect(isFresh(tokenOf('posts', 3, '3'), all)).toBe(true)
  expect(dropSeen(tokenOf('users', 1, '3'), all).size).toBe(0)
  expect(dropSeen(tokenOf('users', 1, '90'), all).size).toBe(1)
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
