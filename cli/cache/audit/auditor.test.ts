import { expect, test } from 'vitest'
import type { EventType } from '../../../contracts/events.ts'
import type { EventRecord, LogRecord } from '../../../patterns/change-log/index.ts'
import { Auditor, type AuditorOptions } from './auditor.ts'
import type { Fact } from './history.ts'
import { registers } from './registers.ts'

const AT = '2026-01-31T12:00:00.000Z'
const created = (userId: string, handle: string) =>
  ['user.created', { userId, handle, name: '', bio: '', version: 1, createdAt: AT }] as const
const renamed = (userId: string, previousHandle: string, handle: string, version: number) =>
  ['user.renamed', { userId, handle, previousHandle, version }] as const
const updated = (userId: string, version: number) =>
  ['user.updated', { userId, name: '', bio: '', version }] as const
const posted = (postId: string, authorId: string, replyToId: string | null = null) =>
  [
    'post.created',
    { postId, authorId, replyToId, replyToAuthorId: null, text: '', mentions: [], createdAt: AT },
  ] as const
const deleted = (postId: string, authorId: string) =>
  ['post.deleted', { postId, authorId, replyToId: null, deletedAt: AT }] as const
const liked = (postId: string, userId: string) =>
  ['post.liked', { postId, authorId: 'a', userId, likedAt: AT }] as const
const followed = (followerId: string, followeeId: string) =>
  ['user.followed', { followerId, followeeId, followedAt: AT }] as const

type Event = readonly [EventType, object]

/** An auditor with the bound 5,000 ms over one database. Times are milliseconds of its clock. */
function openBed(options: Partial<AuditorOptions> = {}) {
  const auditor = new Auditor({ boundMs: 5_000, databases: ['d'], ...options })
  let offset = 0
  let n = 0
  return {
    auditor,
    /** Takes a tick with these events. */
    tick(time: number, ...events: readonly Event[]) {
      const records: LogRecord[] = events.map(([type, payload]): EventRecord => {
        const rest = { key: 'k', xid: '7', touches: null, headers: {}, time }
        return { kind: 'event', offset: ++offset, type, version: 1, payload, ...rest }
      })
      records.push({ kind: 'control', offset: ++offset, n: ++n, cur: '9:9:', time })
      auditor.apply('d', records)
    },
    read(began: number, register: string, value: Fact['value'], more: Fact[] = []) {
      auditor.add({
        what: 'a read',
        cache: 'hit',
        facts: [{ register, value }, ...more],
        began: new Map([['d', began]]),
        ended: new Map([['d', began + 10]]),
      })
    },
  }
}

test('a version that was superseded for longer than the bound is stale', () => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'))
  bed.tick(2_000, updated('u', 2))
  bed.tick(2_100)
  bed.read(7_100, registers.version('u'), 1)
  bed.read(7_101, registers.version('u'), 1)
  bed.read(7_101, registers.version('u'), 2)
  bed.tick(8_000)
  expect(bed.auditor.report()).toEqual({
    reads: 3,
    hits: 3,
    misses: 0,
    judged: 3,
    superseded: 2,
    ages: { p50: 5_000, p99: 5_001, p999: 5_001, max: 5_001 },
    stale: 1,
    examples: [{ what: 'a read', cache: 'hit', register: 'version of u', value: 1, ageMs: 5_001 }],
    pending: 0,
    nines: null,
  })
})

test('a change counts from the tick after its own, because it was surely committed then', () => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'))
  bed.tick(2_000, updated('u', 2))
  bed.read(9_000, registers.version('u'), 1)
  bed.tick(8_500)
  bed.tick(9_100)
  expect(bed.auditor.report()).toMatchObject({ judged: 1, superseded: 1, ages: { max: 500 }, stale: 0 })
})

test('a read is judged when the log is known up to its end, not before', () => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'))
  bed.read(1_500, registers.version('u'), 2)
  bed.tick(1_509)
  expect(bed.auditor.report()).toMatchObject({ judged: 0, pending: 1 })
  bed.tick(1_510, updated('u', 2))
  expect(bed.auditor.report()).toMatchObject({ judged: 1, pending: 0, superseded: 0 })
})

test.each<[what: string, register: string, shown: Fact['value'], now: Fact['value'], ...events: Event[]]>([
  ['a released handle', registers.handle('ann'), 'u', null, renamed('u', 'ann', 'bob', 2)],
  ['a handle that nobody had', registers.handle('bob'), null, 'v', created('v', 'bob')],
  ['a post after its deletion', registers.version('p'), 1, null, deleted('p', 'u')],
  ['no post after its creation', registers.version('q'), null, 1, posted('q', 'u')],
  ['a count of likes', registers.likes('p'), 0, 1, liked('p', 'u')],
  ['a count of replies', registers.replies('p'), 0, 1, posted('q', 'u', 'p')],
  ['a count of posts', registers.posts('u'), 1, 2, posted('q', 'u')],
  ['a count of followers', registers.followers('u'), 0, 1, followed('v', 'u')],
  ['a count of followed users', registers.following('u'), 0, 1, followed('u', 'v')],
])('%s that is shown too long is found', (_, register, shown, now, ...events) => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'), posted('p', 'u'))
  if (register === registers.handle('bob')) bed.tick(1_100, created('w', 'bob'), renamed('w', 'bob', 'x', 2))
  bed.tick(2_000, ...events)
  bed.tick(2_000)
  bed.read(1_900, register, shown)
  bed.read(7_001, register, shown)
  bed.read(7_001, register, now)
  bed.tick(8_000)
  expect(bed.auditor.report()).toMatchObject({ judged: 3, superseded: 1, stale: 1 })
})

test('a value that is right again is not stale', () => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'))
  bed.tick(2_000, renamed('u', 'ann', 'bob', 2))
  bed.tick(9_000, renamed('u', 'bob', 'ann', 3))
  bed.tick(9_000)
  bed.read(8_999, registers.handle('ann'), null)
  bed.read(9_500, registers.handle('ann'), 'u')
  bed.tick(10_000)
  expect(bed.auditor.report()).toMatchObject({ judged: 2, superseded: 0 })
})

test('what happened before the logs begin is not judged, but an older version is', () => {
  const bed = openBed({ countsFrom: () => false })
  bed.tick(1_000, updated('u', 7), liked('p', 'u'))
  bed.tick(1_000)
  bed.read(9_000, registers.likes('p'), 1)
  bed.read(9_000, registers.version('x'), 3)
  bed.read(9_000, registers.version('u'), 9)
  bed.tick(9_500)
  expect(bed.auditor.report()).toMatchObject({ judged: 0, stale: 0 })
  bed.read(9_600, registers.version('u'), 6, [{ register: registers.likes('p'), value: 1 }])
  bed.tick(9_700)
  expect(bed.auditor.report()).toMatchObject({ judged: 1, stale: 1, examples: [{ value: 6, ageMs: 8_600 }] })
})

test('an epoch of which nothing is known blames nobody', () => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'))
  bed.tick(2_000, updated('u', 2))
  bed.read(8_000, registers.version('u'), 1)
  bed.auditor.forget()
  bed.tick(9_000)
  bed.read(9_100, registers.version('u'), 1)
  bed.tick(9_200)
  expect(bed.auditor.report()).toMatchObject({ reads: 2, judged: 0, pending: 0, stale: 0 })
})

test('a clock that is set forward ages nothing', () => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'))
  bed.tick(2_000, updated('u', 2))
  bed.tick(2_001)
  bed.auditor.clockWasSet('d', 100_000)
  bed.read(104_000, registers.version('u'), 1)
  bed.read(106_000, registers.version('u'), 1)
  bed.tick(107_000)
  expect(bed.auditor.report()).toMatchObject({ judged: 2, stale: 1, ages: { p50: 4_000, max: 6_000 } })
})

test('a sample without a stale read supports as many nines as the rule of three says', () => {
  const bed = openBed()
  bed.tick(1_000, created('u', 'ann'))
  for (let i = 0; i < 3_000; i++) bed.read(2_000, registers.version('u'), 1)
  bed.tick(3_000)
  expect(bed.auditor.report()).toMatchObject({ judged: 3_000, nines: 3, ages: null })
})
