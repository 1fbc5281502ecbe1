import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import { environmentOf, runLog } from '../log-command/run-log.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'
import { someone } from './api.ts'
import { readyz } from './authors-bed.ts'
import { openBlocksBed, type BlocksBed } from './blocks-bed.ts'

let system: OwnSystem
let bed: BlocksBed

beforeAll(async () => {
  system = await startOwnSystem({ processes: ['users', 'posts', 'followers'] })
  bed = await openBlocksBed(system)
})

afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

const log = (...args: string[]) => runLog(args, environmentOf(system))

/** Blocks and unblocks pairs of the same people in a random order of arrival. */
async function blockSome(count: number): Promise<void> {
  const people = Array.from({ length: 5 }, someone)
  await Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const [from, to] = [people[i % 5], people[(i + 1 + (i % 3)) % 5]]
      if (from && to) await bed.send(from, i % 4 === 3 ? 'unblock' : 'block', { userId: to.id })
    }),
  )
}

async function equal(): Promise<void> {
  await expect.poll(() => bed.blocks('posts')).toEqual(await bed.blocks('followers'))
}

describe('the copy of blocks', () => {
  it('equals the state of followers after its service was away, and after events are read again', async () => {
    await blockSome(20)
    await equal()
    await system.kill('posts')
    const before = await bed.blocks('posts')
    await blockSome(20)
    expect(await bed.blocks('posts')).toEqual(before)
    expect(await bed.blocks('followers')).not.toEqual(before)
    await system.restart('posts')
    await equal()
    await system.kill('posts')
    const position =
      'select build, "offset"::integer as at from consumer_offset where consumer = \'posts.blocks\''
    const [last] = (await bed.posts.query(position)).rows
    await bed.posts.query(
      `update consumer_offset set "offset" = 0, cur = null, export = null where consumer = 'posts.blocks'`,
    )
    await system.restart('posts')
    await expect
      .poll(async () => (await bed.posts.query(position)).rows[0].at)
      .toBeGreaterThanOrEqual(last.at)
    expect((await bed.posts.query(position)).rows[0].build).toBe(last.build)
    await equal()
  })

  it('equals the state of followers after a rebuild while users block each other', async () => {
    const stop = new AbortController()
    const writing = Array.from({ length: 3 }, async () => {
      while (!stop.signal.aborted) await blockSome(10)
    })
    for (let round = 0; round < 3; round++) {
      expect(await bed.rebuild()).toMatchObject({ kind: 'rebuilt' })
      expect(await bed.compare()).toMatchObject({ kind: 'compared', wrong: 0, examples: [] })
    }
    stop.abort()
    await Promise.all(writing)
    await equal()
  })

  it('is found to differ if it lacks a block or has one too many, and is rebuilt by the command', async () => {
    const [ann, bob, cat] = [someone(), someone(), someone()]
    await bed.send(ann, 'block', { userId: bob.id })
    await equal()
    const [a, b, c] = [ann, bob, cat].map(({ id }) => parseIdOf('user', id))
    await bed.posts.query('update block set blocked_id = $2 where blocker_id = $1', [a, c])
    const check = await log('rebuild', 'posts.blocks', '--check')
    expect([check.code, check.out]).toEqual([
      1,
      [expect.stringMatching(/^posts\.blocks differs from followers in 2 of \d+ rows: /)],
    ])
    expect(check.out[0]).toContain(`${a}>${b}`)
    expect(check.out[0]).toContain(`${a}>${c}`)
    const rebuilt = await log('rebuild', 'posts.blocks')
    expect([rebuilt.code, rebuilt.out]).toEqual([
      0,
      [
        expect.stringMatching(/^posts\.blocks is built: \d+ rows?, offset \d+ of epoch \d+, in /),
        expect.stringMatching(/^posts\.blocks equals the state of followers: \d+ rows?$/),
      ],
    ])
    await equal()
  })

  it('is built again in a new epoch of followers', async () => {
    const [ann, bob] = [someone(), someone()]
    await bed.send(ann, 'block', { userId: bob.id })
    await equal()
    // As a restore to before the block.
    await bed.followers.query('delete from block where blocker_id = $1', [parseIdOf('user', ann.id)])
    await bed.followers.query("update log_state set timeline = '0000000F'")
    expect((await log('epoch', 'bump', 'followers', '--yes')).code).toBe(0)
    await equal()
    expect(await bed.send(bob, 'likePost', { postId: await bed.publish(ann) })).toMatchObject({
      __typename: 'LikePostSuccess',
    })
    await blockSome(5)
    await equal()
  })

  it('is not needed to start: without followers nobody is barred, posts is ready, and says what is missing', async () => {
    const [ann, bob] = [someone(), someone()]
    const postId = await bed.publish(ann)
    await bed.send(ann, 'block', { userId: bob.id })
    await equal()
    await system.kill('posts')
    await system.kill('followers')
    await bed.posts.query("delete from consumer_offset where consumer = 'posts.blocks'")
    await bed.posts.query('delete from block')
    await system.restart('posts')
    expect(await readyz(system)).toMatchObject({
      status: 'ready',
      reported: {
        blocks: expect.stringMatching(/^is being built \(.*\)\. It needs the followers service\.$/),
      },
    })
    expect(await bed.send(bob, 'likePost', { postId })).toMatchObject({ __typename: 'LikePostSuccess' })
    await system.restart('followers')
    await equal()
    expect(await bed.send(bob, 'likePost', { postId })).toMatchObject({ __typename: 'Forbidden' })
    await expect.poll(() => readyz(system)).toMatchObject({ reported: { blocks: 'ready' } })
  })
})
