import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isFailure } from '../../contracts/failure.ts'
import type { ExportStart } from '../../patterns/change-log/index.ts'
import { systemClock } from '../../platform/clock.ts'
import { createLog } from '../../platform/log.ts'
import { openDatabase, type Database } from '../../platform/postgres/database.ts'
import {
  decideRelations,
  lockPairs,
  type Change,
} from '../../subgraphs/followers/commands/decide-relations.ts'
import { expireRequests } from '../../subgraphs/followers/commands/expire-requests.ts'
import { BLOCK } from '../../subgraphs/followers/commands/mutations.ts'
import { applyDecisions } from '../../subgraphs/followers/decisions/decision-events.ts'
import { compareDecisions, decisionCopy } from '../../subgraphs/followers/decisions/decision-copy.ts'
import { streamOf } from '../../subgraphs/followers/domain/events.ts'
import type { Pair, RelationCommand } from '../../subgraphs/followers/domain/relation.ts'
import { freshDatabase } from '../support/database.ts'

let fresh: Awaited<ReturnType<typeof freshDatabase>>
let database: Database
beforeAll(async () => {
  fresh = await freshDatabase('followers')
  database = openDatabase(fresh.url, 10, createLog('test', { LOG_LEVEL: 'error' }))
})
afterAll(async () => {
  await database[Symbol.asyncDispose]()
  await fresh[Symbol.asyncDispose]()
})

type Request = { pair: Pair; requestId: string }
const newRequest = (pair: Pair = { follower: randomUUID(), followee: randomUUID() }): Request => ({
  pair,
  requestId: randomUUID(),
})
const accept = ({ pair, requestId }: Request): Change => ({ pair, command: { type: 'accept', requestId } })
const nobody = ({ pair, requestId }: Request): Change => ({
  pair,
  command: { type: 'decline', requestId, reason: 'nobody' },
})

async function run(changes: readonly Change[], actor: string | null = null): Promise<void> {
  await database.transact(async (tx) => {
    await lockPairs(
      tx,
      changes.map(({ pair }) => pair),
    )
    const decided = await decideRelations(tx, changes, { clock: systemClock, newId: randomUUID, actor })
    if (isFailure(decided)) throw new Error(decided.message)
  })
}

const send = (pair: Pair, command: RelationCommand) => run([{ pair, command }], pair.follower)
const ask = (requests: readonly Request[]) =>
  run(
    requests.map(({ pair, requestId }) => ({ pair, command: { type: 'follow', requestId, blocked: false } })),
  )
const decide = (changes: readonly Change[]) => database.transact((tx) => applyDecisions(tx, changes))

async function asked(pair?: Pair): Promise<Request> {
  const request = newRequest(pair)
  await ask([request])
  return request
}

async function historyOf(pair: Pair): Promise<string[]> {
  const text = 'select type from stream_event where stream = $1 order by version'
  return (await database.sql<{ type: string }>(text, streamOf(pair))).map(({ type }) => type)
}

async function countsOf({ follower, followee }: Pair): Promise<unknown[]> {
  const rows = await database.sql<{ user_id: string; follower_count: number; following_count: number }>(
    'select * from follow_count where user_id = any($1::uuid[])',
    [follower, followee],
  )
  const of = (id: string) => rows.find((row) => row.user_id === id)
  return [of(follower)?.following_count ?? 0, of(followee)?.follower_count ?? 0]
}

async function isOpen({ requestId }: Request): Promise<boolean> {
  return (await database.sql<object>('select 1 from follow_request where id = $1', requestId)).length > 0
}

describe('a decision', () => {
  it('that comes twice counts once', async () => {
    const request = await asked()
    await decide([accept(request), accept(request)])
    await decide([accept(request), nobody(request)])
    expect(await historyOf(request.pair)).toEqual(['FollowRequested', 'FollowAccepted'])
    expect(await countsOf(request.pair)).toEqual([1, 1])
  })

  it('for another request, or after a withdrawal, changes nothing', async () => {
    const first = await asked()
    await send(first.pair, { type: 'cancel' })
    await decide([accept(first)])
    const second = await asked(first.pair)
    await decide([accept(first), nobody(first)])
    expect(await isOpen(second)).toBe(true)
    expect(await countsOf(first.pair)).toEqual([0, 0])
    await decide([nobody(second)])
    expect(await historyOf(first.pair)).toEqual([
      'FollowRequested',
      'FollowRequestClosed',
      'FollowRequested',
      'FollowDeclined',
    ])
    expect([await isOpen(second), ...(await countsOf(first.pair))]).toEqual([false, 0, 0])
  })

  it('after an expiry changes nothing, and an accepted request does not expire', async () => {
    const [expired, accepted] = [await asked(), await asked()]
    await decide([accept(accepted)])
    expect(await expireRequests(database.transact, () => Date.now() + 60_000, 1_000)).toBe(true)
    await decide([accept(expired)])
    expect(await historyOf(expired.pair)).toEqual(['FollowRequested', 'FollowRequestClosed'])
    expect(await historyOf(accepted.pair)).toEqual(['FollowRequested', 'FollowAccepted'])
  })

  it('of both users who follow each other at once begins two follows', async () => {
    const one = newRequest()
    const other = newRequest({ follower: one.pair.followee, followee: one.pair.follower })
    await Promise.all([ask([one]), ask([other])])
    await decide([accept(one), accept(other)])
    expect([...(await countsOf(one.pair)), ...(await countsOf(other.pair))]).toEqual([1, 1, 1, 1])
  })
})

describe('a batch of decisions', () => {
  it('of 1,000 users for one star changes each count once', async () => {
    const followee = randomUUID()
    const requests = Array.from({ length: 1_000 }, () => newRequest({ follower: randomUUID(), followee }))
    await ask(requests)
    for (const half of [requests.slice(0, 500), requests.slice(500)]) await decide(half.map(accept))
    const [followed] = await database.sql<{ count: number }>(
      'select follower_count as count from follow_count where user_id = $1',
      followee,
    )
    expect(followed?.count).toBe(1_000)
  })

  it('and blocks of the same users at the same time never deadlock, and leave no follow', async () => {
    for (let round = 0; round < 10; round++) {
      const followee = randomUUID()
      const requests = Array.from({ length: 20 }, () => newRequest({ follower: randomUUID(), followee }))
      await ask(requests)
      const blocks = requests.map(async ({ pair }) => {
        const reverse = { follower: followee, followee: pair.follower }
        const about = { tx: database.sql, own: reverse, reverse: pair, newId: randomUUID }
        await run(await BLOCK.changes(about), followee)
      })
      const orders = [requests, requests.toReversed()].map((some) => decide(some.map(accept)))
      await Promise.all([...blocks, ...orders])
      const follows = await database.sql<object>(
        'select 1 from follow_period where followee_id = $1 and ended_at is null',
        followee,
      )
      expect(follows).toEqual([])
      expect(await countsOf({ follower: requests[0]?.pair.follower ?? '', followee })).toEqual([0, 0])
    }
  })
})

describe('the export of decisions', () => {
  it('decides the requests that are still open here, and nothing else', async () => {
    const [accepted, declined, ended, waits] = [await asked(), await asked(), await asked(), await asked()]
    await send(ended.pair, { type: 'cancel' })
    const row = ({ pair, requestId }: Request, reason: string | null) => ({
      requestId,
      followerId: pair.follower,
      followeeId: pair.followee,
      declined: reason,
    })
    const rows = [row(accepted, null), row(declined, 'nobody'), row(ended, null), row(newRequest(), null)]
    const compare = compareDecisions(database.sql)
    const wrong = [accepted.requestId, declined.requestId]
    expect((await compare(rows, true)).wrong.toSorted()).toEqual(wrong.toSorted())
    await database.transact(async (tx) => {
      await decisionCopy.clear(tx, 'users')
      await decisionCopy.add(tx, rows, START)
      await decisionCopy.end?.(tx, START)
    })
    expect(await historyOf(accepted.pair)).toEqual(['FollowRequested', 'FollowAccepted'])
    expect(await historyOf(declined.pair)).toEqual(['FollowRequested', 'FollowDeclined'])
    expect(await historyOf(ended.pair)).toEqual(['FollowRequested', 'FollowRequestClosed'])
    expect(await isOpen(waits)).toBe(true)
    expect(await compare(rows, true)).toEqual({ wrong: [] })
  })
})

const START: ExportStart = { position: { epoch: 1, offset: 0 }, cur: '3:3:', time: 0, snapshot: '3:3:' }

it('requests expire in chunks, the oldest first', async () => {
  await ask(Array.from({ length: 150 }, () => newRequest()))
  const later = () => Date.now() + 60_000
  expect(await expireRequests(database.transact, later, 1_000)).toBe(false)
  while (!(await expireRequests(database.transact, later, 1_000)));
  expect(await database.sql('select from follow_request')).toEqual([])
})
