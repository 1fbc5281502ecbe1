import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { act, countsOf, listOf, someone } from './api.ts'

let client: Client
beforeAll(async () => {
  client = new Client({ connectionString: inject('system').databaseUrls.followers })
  await client.connect()
})
afterAll(() => client.end())

const uuid = ({ id }: Viewer) => parseIdOf('user', id)
const FOLLOW = `
  with counted as (insert into follow_count (user_id, follower_count, following_count) values ($1, 0, 1), ($2, 1, 0))
  insert into follow_period (follower_id, followee_id, began_at) values ($1, $2, $3)`
const BEGAN = new Date('2024-05-06T07:08:09.123Z')

/** Types and times of the events of a pair, and whether they were imported. */
async function historyOf(from: Viewer, to: Viewer): Promise<unknown[]> {
  const { rows } = await client.query<{ type: string; at: Date; imported: boolean }>(
    `select type, recorded_at as at, meta ? 'imported' as imported from stream_event where stream = $1 order by version`,
    [`${from.id}>${to.id}`],
  )
  return rows.map(({ type, at, imported }) => (imported ? [type, at] : [type]))
}

async function toldAbout(from: Viewer, to: Viewer): Promise<string[]> {
  const { rows } = await client.query<{ type: string }>(
    'select type from outbox where key = $1 order by seq',
    [`${from.id}>${to.id}`],
  )
  return rows.map(({ type }) => type)
}

describe('a relation that is older than the event store', () => {
  it('is imported by the first command on its pair, and only the command is told', async () => {
    const [ann, bob] = [someone(), someone()]
    await client.query(FOLLOW, [uuid(ann), uuid(bob), BEGAN])
    expect(await listOf(null, bob.id, 'followers')).toEqual([ann.id])
    expect(await act(ann, 'follow', bob.id)).toMatchObject({ followState: 'FOLLOWING' })
    await act(ann, 'unfollow', bob.id)
    const imported = ['FollowRequested', 'FollowAccepted'].map((type) => [type, BEGAN])
    expect(await historyOf(ann, bob)).toEqual([...imported, ['FollowEnded']])
    expect(await toldAbout(ann, bob)).toEqual(['user.unfollowed'])
    expect(await countsOf(ann, bob.id)).toMatchObject({ followerCount: 0, viewerFollowState: 'NONE' })
  })

  it('ends with a block, in the direction of the blocked user too', async () => {
    const [ann, bob] = [someone(), someone()]
    await client.query(FOLLOW, [uuid(bob), uuid(ann), BEGAN])
    await act(ann, 'block', bob.id)
    expect(await historyOf(bob, ann)).toEqual([
      ['FollowRequested', BEGAN],
      ['FollowAccepted', BEGAN],
      ['FollowEnded'],
    ])
    expect(await toldAbout(bob, ann)).toEqual(['user.unfollowed'])
    expect(await countsOf(bob, ann.id)).toMatchObject({ followerCount: 0, viewerFollows: false })
  })

  it('is imported if it is a block', async () => {
    const [ann, bob] = [someone(), someone()]
    await client.query('insert into block (blocker_id, blocked_id, blocked_at) values ($1, $2, $3)', [
      uuid(ann),
      uuid(bob),
      BEGAN,
    ])
    expect(await act(ann, 'follow', bob.id)).toMatchObject({ __typename: 'Forbidden' })
    expect(await act(bob, 'follow', ann.id)).toMatchObject({ __typename: 'Forbidden' })
    await act(ann, 'block', bob.id)
    await act(ann, 'unblock', bob.id)
    expect(await historyOf(ann, bob)).toEqual([['Blocked', BEGAN], ['Unblocked']])
    expect(await act(bob, 'follow', ann.id)).toMatchObject({ __typename: 'FollowSuccess' })
  })
})

describe('a follow', () => {
  it('is kept as a period when it has ended, and begins anew', async () => {
    const [ann, bob] = [someone(), someone()]
    for (const command of ['follow', 'unfollow', 'follow'] as const) await act(ann, command, bob.id)
    await act(bob, 'removeFollower', ann.id)
    await act(ann, 'follow', bob.id)
    const { rows } = await client.query<{ open: boolean }>(
      `select ended_at is null as open from follow_period where follower_id = $1 and followee_id = $2 order by began_at`,
      [uuid(ann), uuid(bob)],
    )
    expect(rows).toEqual([{ open: false }, { open: false }, { open: true }])
  })

  it('cannot overlap another period of the pair, whatever the code does', async () => {
    const [ann, bob] = [someone(), someone()]
    await client.query(FOLLOW, [uuid(ann), uuid(bob), BEGAN])
    const again =
      'insert into follow_period (follower_id, followee_id, began_at, ended_at) values ($1, $2, $3, $4)'
    const later = new Date(BEGAN.getTime() + 5)
    await expect(client.query(again, [uuid(ann), uuid(bob), later, later])).resolves.toBeDefined()
    await expect(client.query(again, [uuid(ann), uuid(bob), BEGAN, later])).rejects.toThrow(
      'follow_period_apart',
    )
    await expect(client.query(again, [uuid(ann), uuid(bob), later, null])).rejects.toThrow(
      'follow_period_open_key',
    )
    await expect(client.query(again, [uuid(ann), uuid(bob), later, BEGAN])).rejects.toThrow(
      'follow_period_order',
    )
  })

  it('has events that nobody can change', async () => {
    await expect(client.query('update stream_event set version = 9')).rejects.toThrow('permission denied')
    await expect(client.query('delete from stream_event')).rejects.toThrow('permission denied')
  })
})
