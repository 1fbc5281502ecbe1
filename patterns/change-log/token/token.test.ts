import { createHmac } from 'node:crypto'
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
  writesOf,
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

test('a reader is fresh for a token if it sees every write of it, and a merged token requires both', () => {
  fc.assert(
    fc.property(token, token, position, (a, b, at) => {
      const merged = mergeTokens(a, b)
      const [left, right] = [a.get('users'), b.get('users')]
      // Writes of the earlier of two epochs are not needed. Nine writes count as unseen.
      fc.pre(!left || !right || left.epoch === right.epoch)
      fc.pre(merged.get('users')?.xids !== 'source')
      expect(isFresh(merged, at, NO_COPIES)).toBe(isFresh(a, at, NO_COPIES) && isFresh(b, at, NO_COPIES))
      expect(writeToken(mergeTokens(b, a), SECRET).length).toBe(writeToken(merged, SECRET).length)
    }),
  )
})

test('visible writes are dropped, and the shorter token gives the same decisions', () => {
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

test('a token is parsed to the value it was written from', () => {
  fc.assert(
    fc.property(token, (a) => {
      expect(readToken(writeToken(a, SECRET), SECRET)).toEqual({ kind: 'token', token: a })
    }),
  )
})

test('a visible higher xid does not imply a lower one', () => {
  const written = mergeTokens(tokenOf('users', 1, '735'), tokenOf('users', 1, '736'))
  const at = new Map([['users', { epoch: 1, cur: parseSnapshot('735:737:735') }]])
  expect(isFresh(written, at, NO_COPIES)).toBe(false)
  expect(dropSeen(written, at, NO_COPIES)).toEqual(tokenOf('users', 1, '735'))
})

test('more than eight writes of a database, or writes of another epoch, require reading from the source', () => {
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

/** Position of posts, with the positions of its copies of users. A position is undefined if unknown. */
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
  // A response that shows no copy contains nothing of users.
  expect(isFresh(written, at, NO_COPIES)).toBe(true)
  expect(isFresh(tokenOf('users', 2, '3'), at, POSTS_COPIES_USERS)).toBe(false)

  const [users, all] = [['users', upTo('900:900:')] as const, POSTS_COPIES_USERS]
  expect(dropSeen(written, new Map([...at, users]), all).size).toBe(fresh ? 0 : 1)
  // The position of the copy is not enough. Neither is the position of the owner if that of the copy is unknown.
  expect(dropSeen(written, at, all)).toEqual(written)
  expect(dropSeen(written, new Map([users]), all)).toEqual(written)
  expect(dropSeen(written, new Map([users]), NO_COPIES).size).toBe(0)
})

/** A model of a database that has only transactions: the open ones, and the committed ones. */
class Transactions {
  next = 3n
  readonly open = new Map<bigint, bigint>()
  readonly committed = new Set<bigint>()

  get snapshot() {
    return { xmax: this.next, xip: new Set(this.open.keys()) }
  }

  get xmin(): bigint {
    return [...this.open.keys()].reduce((least, each) => (each < least ? each : least), this.next)
  }

  /** The floor of the transaction is the xmin of a snapshot that it has while it is open. */
  begin(): bigint {
    const xid = this.next++
    this.open.set(xid, 0n)
    this.look(xid)
    return xid
  }

  /** Runs another statement of the transaction, which gets a new snapshot. */
  look(xid: bigint): void {
    this.open.set(xid, this.xmin)
  }

  /** Commits the transaction. @returns the token of the write */
  commit(xid: bigint): Token {
    const floor = this.open.get(xid) ?? 0n
    this.open.delete(xid)
    this.committed.add(xid)
    return tokenOf('users', 1, String(xid), String(floor))
  }
}

const step = fc.record({
  what: fc.constantFrom(
    'begin',
    'begin',
    'look',
    'commit',
    'commit',
    'abort',
    'tick',
    'merge',
    'text',
    'drop',
  ),
  which: fc.nat(9),
  other: fc.nat(2),
})

test('after xids below the floor are dropped, a token is never fresh for a reader that misses one of its writes', () => {
  let dropped = 0
  const merge = (a: Token, b: Token): Token => {
    const merged = mergeTokens(a, b)
    const [left, right, both] = [a, b, merged].map((each) => each.get('users')?.xids ?? new Set<string>())
    if (left !== 'source' && right !== 'source' && both instanceof Set)
      dropped += new Set([...(left ?? []), ...(right ?? [])]).size - both.size
    return merged
  }
  fc.assert(
    fc.property(fc.array(step, { minLength: 20, maxLength: 120, size: 'max' }), (steps) => {
      const database = new Transactions()
      const ticks = [database.snapshot]
      // Three clients, which exchange tokens. Ticks from `seen` on are compared, because writes that an earlier tick saw
      // are dropped.
      const clients = [0, 1, 2].map(() => ({ token: new Map() as Token, named: new Set<bigint>(), seen: 0 }))
      for (const { what, which, other } of steps) {
        const open = [...database.open.keys()]
        const xid = open[which % open.length]
        const [client, from] = [clients[which % 3], clients[other]]
        if (!client || !from) throw new Error('there are three clients')
        if (what === 'begin') database.begin()
        if (what === 'look' && xid !== undefined) database.look(xid)
        if (what === 'abort' && xid !== undefined) database.open.delete(xid)
        if (what === 'tick') ticks.push(database.snapshot)
        if (what === 'commit' && xid !== undefined) {
          client.token = merge(client.token, database.commit(xid))
          client.named.add(xid)
        }
        if (what === 'merge') {
          client.token = merge(client.token, from.token)
          for (const each of from.named) client.named.add(each)
          client.seen = Math.max(client.seen, from.seen)
        }
        if (what === 'text') {
          const text = readToken(writeToken(client.token, SECRET), SECRET)
          if (text.kind === 'token') client.token = text.token
        }
        if (what === 'drop') {
          const cur = ticks[ticks.length - 1] ?? database.snapshot
          client.token = dropSeen(client.token, new Map([['users', { epoch: 1, cur }]]), NO_COPIES)
          client.seen = ticks.length - 1
        }
      }
      ticks.push(database.snapshot)
      for (const { token: held, named, seen } of clients) {
        for (const cur of ticks.slice(seen)) {
          const fresh = isFresh(held, new Map([['users', { epoch: 1, cur }]]), NO_COPIES)
          expect(fresh ? [...named].filter((xid) => !sees(cur, xid)) : []).toEqual([])
        }
      }
    }),
    { numRuns: 1_000 },
  )
  // Otherwise this would have tested nothing.
  expect(dropped).toBeGreaterThan(100)
})

test('the last of several sequential writes replaces all earlier ones, but not during a long transaction', () => {
  const database = new Transactions()
  const writes = (count: number) => Array.from({ length: count }, () => database.commit(database.begin()))
  const last = writes(30).reduce(mergeTokens)
  expect(last).toEqual(tokenOf('users', 1, '32', '32'))
  const long = database.begin()
  const beside = writes(9).reduce(mergeTokens, last)
  expect(beside.get('users')?.xids).toBe('source')
  expect(mergeTokens(last, database.commit(long)).get('users')?.xids).toEqual(new Set([String(long)]))
})

test('a floor above all xids is ignored, and a floor that may belong to a dropped xid is dropped too', () => {
  expect(tokenOf('users', 1, '7', '8')).toEqual(tokenOf('users', 1, '7'))
  const both = mergeTokens(tokenOf('users', 1, '7', '5'), tokenOf('users', 1, '9', '6'))
  expect(mergeTokens(both, tokenOf('users', 1, '5')).get('users')?.xids).toEqual(new Set(['7', '9']))
  const left = dropSeen(both, new Map([['users', { epoch: 1, cur: parseSnapshot('7:10:7') }]]), NO_COPIES)
  expect(left).toEqual(tokenOf('users', 1, '7'))
})

test('a token text without floors is accepted', () => {
  const old = Buffer.from('[["users",1,["7","9"]],["posts",1,null]]').toString('base64url')
  const signature = createHmac('sha256', SECRET).update(old).digest().subarray(0, 16).toString('base64url')
  const [users, posts] = [tokenOf('users', 1, '7'), tokenOf('users', 1, '9')]
  const expected = new Map([...mergeTokens(users, posts), ['posts', writesOf(1, null)] as const])
  expect(readToken(`${old}.${signature}`, SECRET)).toEqual({ kind: 'token', token: expected })
})

test.each([
  ['x', 'truncated'],
  ['a.b.c', 'truncated'],
  [writeToken(tokenOf('users', 1, '3'), 'another secret'), 'signature'],
  [writeToken(tokenOf('users', 1, '3'), SECRET).slice(0, -1), 'signature'],
  [`A${writeToken(tokenOf('users', 1, '3'), SECRET)}`, 'signature'],
  ['a'.repeat(10_000), '10000 characters'],
])('%.20s… is rejected with a reason', (text, reason) => {
  expect(readToken(text, SECRET)).toEqual({ kind: 'invalid', message: expect.stringContaining(reason) })
})
