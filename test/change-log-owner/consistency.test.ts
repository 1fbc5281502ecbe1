import { expect, test, vi } from 'vitest'
import { CONSISTENCY_HEADER, type TokenEntry } from '../../contracts/consistency.ts'
import { formatId } from '../../contracts/ids.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import { freshDatabase } from '../support/database.ts'
import { beginOf, feedOf, PATIENT, pretendRestored, untilReported } from './support/owned-log.ts'
import { internalSecret, openSql, startService, type RunningService } from './support/service.ts'

const makeId = idMaker(systemClock)
const someone = () => formatId('user', makeId())

const FOLLOW = 'mutation ($userId: ID!) { follow(input: { userId: $userId }) { __typename } }'
const TRACE = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'

type Answer = { data: { follow: { __typename: string } }; extensions?: { consistency?: unknown } }

/** Follows somebody, with the signature that the gateway would give. @returns what the answer tells of consistency */
async function follow({ name, url }: RunningService, follower: string, userId: string): Promise<unknown> {
  const viewer = { id: follower, session: null }
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      traceparent: TRACE,
      [CONSISTENCY_HEADER]: '[]',
      [INTERNAL_HEADER]: signInternal(internalSecret, viewer, name, Date.now()),
    },
    body: JSON.stringify({ query: FOLLOW, variables: { userId } }),
  })
  const { data, extensions } = (await response.json()) as Answer
  expect(data).toEqual({ follow: { __typename: 'FollowSuccess' } })
  return extensions?.consistency
}

test('the response to a mutation contains the xid of its event, and the event contains the trace', async () => {
  await using database = await freshDatabase('followers')
  await using session = await openSql(database.url)
  await using service = await startService('followers', { databaseUrl: database.url })
  await untilReported(service, 'log', /^leading$/)
  const begin = await beginOf(session.sql)
  const [follower, followee] = [someone(), someone()]

  const consistency = await follow(service, follower, followee)
  const feed = feedOf(service)
  const event = await vi.waitFor(async () => {
    const page = await feed.read(begin, 100, 500)
    const found = page.kind === 'records' ? page.records.find(({ kind }) => kind === 'event') : undefined
    if (found?.kind !== 'event') throw new Error('no event yet')
    return found
  }, PATIENT)
  expect(event).toMatchObject({ key: `${follower}>${followee}`, headers: { traceparent: TRACE } })
  const [[, , , floor = ''] = []] = consistency as TokenEntry[]
  expect(consistency).toEqual([['followers', begin.epoch, [event.xid], floor]])
  expect(BigInt(floor)).toBeLessThanOrEqual(BigInt(event.xid))

  // It changes nothing, but saw what the other had changed: a later transaction.
  const again = (await follow(service, follower, followee)) as [string, number, string[]][]
  expect(BigInt(again[0]?.[2][0] ?? 0)).toBeGreaterThan(BigInt(event.xid))
})

test('while the log is refused, the response to a mutation contains null instead of xids', async () => {
  await using database = await freshDatabase('followers')
  await using session = await openSql(database.url)
  await using service = await startService('followers', { databaseUrl: database.url })
  await untilReported(service, 'log', /^leading$/)
  const { epoch } = await beginOf(session.sql)
  // A backup of before the epoch that clients know of: theirs must not be taken for the later one.
  await session.sql(
    'with state as (update log_state set epoch = epoch - 9) update tick set epoch = epoch - 9',
  )
  await pretendRestored(session.sql)
  await untilReported(service, 'log', /^refused/)
  const [told] = (await follow(service, someone(), someone())) as [string, number, null][]
  expect(told).toEqual(['followers', expect.any(Number), null])
  expect(told?.[1]).toBeGreaterThanOrEqual(epoch)
})
