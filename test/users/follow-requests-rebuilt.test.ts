import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { FACETS_HEADER, facets } from '../../contracts/facets.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import { asked, openRequestsBed, type RequestsBed } from './follow-requests-bed.ts'
import { SECRET, type SignedUp } from './users-client.ts'

test('with a new epoch, open requests are decided once each, and those that are not open end', async () => {
  await using bed = await openRequestsBed()
  const [ann, bob] = [await bed.signUp('ann'), await bed.signUp('bob')]
  await bed.setApproves(ann, true)
  const accepted = asked(randomUUID(), bob)
  const [kept, gone] = [asked(randomUUID(), ann), asked(randomUUID(), ann)]
  await bed.ask([accepted, kept, gone])
  await bed.caughtUp()
  expect(await bed.waits()).toEqual([kept.id, gone.id].toSorted())
  const [unread, waiting] = [asked(randomUUID(), bob), asked(randomUUID(), ann)]
  await bed.ask([unread, waiting], 'lost')
  await bed.close(gone, 'cancelled', 'lost')
  await bed.bump()
  await expect.poll(() => bed.decisions(unread)).toEqual(['accepted'])
  await bed.caughtUp()
  expect((await bed.waits()).toSorted()).toEqual([kept.id, waiting.id].toSorted())
  // It was open at followers, which had lost the decision.
  expect(await bed.decisions(accepted)).toEqual(['accepted', 'accepted'])
  expect([await bed.decisions(gone), await bed.decisions(kept)]).toEqual([[], []])
})

test('ceasing to approve accepts all that wait, in chunks, by two processes', async () => {
  await using bed = await openRequestsBed()
  const other = await bed.start()
  const [ann, bob] = [await bed.signUp('ann'), await bed.signUp('bob')]
  for (const user of [ann, bob]) await bed.setApproves(user, true)
  const requests = Array.from({ length: 1_050 }, () => asked(randomUUID(), ann))
  const others = Array.from({ length: 150 }, () => asked(randomUUID(), bob))
  await bed.ask([...requests, ...others])
  await bed.caughtUp()
  expect(await bed.waits()).toHaveLength(1_200)
  await bed.setApproves(ann, false)
  await bed.setApproves(bob, false, other)
  await expect.poll(() => bed.waits()).toEqual([])
  const { rows } = await bed.database.query<{ events: number; requests: number }>(
    `select count(*)::integer as events, count(distinct payload ->> 'requestId')::integer as requests
     from outbox where type = 'follow.accepted' group by xid`,
  )
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)
  expect(sum(rows.map(({ events }) => events))).toBe(1_200)
  expect(Math.max(...rows.map(({ events }) => events))).toBe(100)
  await expect.poll(async () => (await bed.database.query('select from approval_ended')).rowCount).toBe(0)
})

test('a user who approves again before that keeps the requests that still wait', async () => {
  await using bed = await openRequestsBed()
  const ann = await bed.signUp('ann')
  await bed.setApproves(ann, true)
  const request = asked(randomUUID(), ann)
  await bed.ask([request])
  await bed.caughtUp()
  // As if the process had stopped right after the user ceased, and started after they approved again.
  await bed.database.query('insert into approval_ended values ($1)', [ann.uuid])
  await bed.setApproves(await bed.signUp('bob'), false)
  await expect
    .poll(async () => (await bed.database.query('select from approval_ended')).rowCount, { timeout: 20_000 })
    .toBe(0)
  expect([await bed.waits(), await bed.decisions(request)]).toEqual([[request.id], []])
})

test('the export lists the decisions', async () => {
  await using bed = await openRequestsBed()
  const [ann, bob] = [await bed.signUp('ann'), await bed.signUp('bob')]
  await bed.setApproves(ann, true)
  const [accepted, waits, withdrawn] = [bob, ann, ann].map((user) => asked(randomUUID(), user))
  const nobody = asked(randomUUID(), { uuid: randomUUID() })
  if (!accepted || !waits || !withdrawn) throw new Error('there are three')
  await bed.ask([accepted, waits, withdrawn, nobody])
  await bed.close(withdrawn, 'expired')
  await bed.caughtUp()
  const { text } = await bed.users.getText('/log/export?name=follow-decisions', 'users')
  const rows = text
    .trim()
    .split('\n')
    .slice(1, -1)
    .map((line) => JSON.parse(line) as { requestId: string })
  const row = (of: typeof nobody, declined: string | null) => ({
    requestId: of.id,
    followerId: of.follower,
    followeeId: of.followee,
    declined,
  })
  const expected = [row(accepted, null), row(withdrawn, 'declined'), row(nobody, 'nobody')]
  const byId = (a: { requestId: string }, b: { requestId: string }) => (a.requestId < b.requestId ? -1 : 1)
  expect(rows.toSorted(byId)).toEqual(expected.toSorted(byId))
})

test('the list of requests has a facet, which arrival and end of a request touch', async () => {
  await using bed = await openRequestsBed()
  const ann = await bed.signUp('ann')
  await bed.setApproves(ann, true)
  const facet = facets.followRequests(ann.id)
  const touched = async () => {
    const { rows } = await bed.database.query<{ type: string }>(
      'select type from outbox where $1 = any(touches) order by seq',
      [facet],
    )
    return rows.map(({ type }) => type)
  }
  const first = asked(randomUUID(), ann)
  await bed.ask([first])
  await expect.poll(touched).toEqual(['follow.waiting'])
  await bed.close(first, 'blocked')
  await expect.poll(touched).toEqual(['follow.waiting', 'copy.changed'])
  const { extensions } = await askFor(bed, ann, { [FACETS_HEADER]: '1' })
  expect(extensions.facets?.flat()).toContain(facet)
})

test('the list of requests waits for the writes of a token, and is marked stale if they do not come', async () => {
  await using bed = await openRequestsBed()
  const ann = await bed.signUp('ann')
  await bed.setApproves(ann, true)
  const bob = await bed.signUp('bob')
  for (let count = 1; count <= 5; count++) {
    const token = JSON.stringify([await bed.ask([asked(bob.uuid, ann)])])
    const { data, extensions } = await askFor(bed, ann, { [CONSISTENCY_HEADER]: token })
    expect([data.viewer.followRequests.nodes.length, extensions.stale]).toEqual([count, undefined])
  }
  const [database, epoch] = await bed.ask([])
  const never = JSON.stringify([[database, epoch, ['99999999']]])
  expect((await askFor(bed, ann, { [CONSISTENCY_HEADER]: never })).extensions.stale).toEqual(['followers'])
})

async function askFor({ users, clock }: RequestsBed, { viewer }: SignedUp, headers: Record<string, string>) {
  const response = await fetch(`${users.url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      [INTERNAL_HEADER]: signInternal(SECRET, viewer, 'users', clock.now),
      ...headers,
    },
    body: JSON.stringify({ query: '{ viewer { followRequests { nodes { id } } } }' }),
  })
  const body = (await response.json()) as {
    data: { viewer: { followRequests: { nodes: unknown[] } } }
    extensions?: { facets?: string[][]; stale?: string[] }
  }
  return { ...body, extensions: body.extensions ?? {} }
}
