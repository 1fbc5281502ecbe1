import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { facets } from '../../contracts/facets.ts'
import { parseIdOf } from '../../contracts/ids.ts'
import { awaitTick, writeDrop } from '../../cli/cache/drop/write-drop.ts'
import { databaseReader } from '../../cli/log/tail/read-events.ts'
import { readStatus } from '../../patterns/change-log/index.ts'
import { openLongTransactions } from '../../platform/postgres/long-transactions.ts'
import { commandBed } from '../log-command/command-bed.ts'
import { environmentOf, startCommand } from '../log-command/run-log.ts'
import { gql } from '../support/client.ts'

const bed = commandBed({ env: { CACHE: 'on' } })
const drop = (...args: string[]) => startCommand('cache', ['drop', ...args], environmentOf(bed.system)).ended

async function read(handle: string) {
  const query = 'query ($handle: String!) { user(handle: $handle) { name } }'
  const { body, headers } = await gql<{ user: { name: string } }>(
    query,
    { handle },
    { url: bed.system.gatewayUrl },
  )
  return { name: body.data?.user.name, hit: headers.get('cache-status')?.startsWith('tessera; hit') }
}

/** Somebody whose cached name is old: their row is changed by hand, without an event. */
async function cachedWrongly() {
  const self = await bed.someone('before')
  await expect.poll(() => read(self.handle)).toEqual({ name: 'before', hit: true })
  await bed.databases.users.query("update users set name = 'after' where id = $1", [
    parseIdOf('user', self.id),
  ])
  expect(await read(self.handle)).toEqual({ name: 'before', hit: true })
  return self
}

describe('drop', () => {
  it('drops a facet, and prints where the log says so', async () => {
    const self = await cachedWrongly()
    const { code, out, err } = await drop(facets.user(self.id))
    expect([code, out, err]).toEqual([
      0,
      [expect.stringMatching(/^users: 1 facet dropped, at offset \d+ of epoch \d+$/)],
      [],
    ])
    await expect.poll(() => read(self.handle)).toEqual({ name: 'after', hit: true })
  })

  it('drops everything of a user, in the order of the logs, and no consumer stumbles over it', async () => {
    const self = await cachedWrongly()
    const { code, out } = await drop(self.id, '--json')
    const dropped = (database: string, ...of: string[]) => ({
      database,
      facets: of,
      epoch: expect.any(Number),
      offset: expect.any(Number),
    })
    const { ok, drops } = JSON.parse(out.join('\n'))
    expect([code, ok, drops]).toEqual([
      0,
      true,
      [
        dropped('users', facets.user(self.id), facets.followRequests(self.id)),
        dropped('posts', facets.author(self.id), facets.likes(self.id)),
        dropped('followers', facets.relations(self.id)),
      ],
    ])
    await expect.poll(() => read(self.handle)).toEqual({ name: 'after', hit: true })
    const tail = await bed.log('tail', 'users', '--from', String(drops[0].offset), '-n', '1', '--json')
    expect(JSON.parse(tail.out.join(''))).toMatchObject({
      type: 'cache.dropped',
      touches: [facets.user(self.id), facets.followRequests(self.id)],
    })
    await self.setName('later')
    await self.catchUp()
    await bed.allWell()
  })

  it('drops the posts of a user, also where nothing else of the user is shown', async () => {
    const self = await bed.someone('poster')
    const [kept, deleted] = [await self.post('before'), await self.post('before')]
    const show = async (id: string) => {
      const query = 'query ($id: ID!) { post(id: $id) { text } }'
      const { body, headers } = await gql<{ post: { text: string } | null }>(
        query,
        { id },
        { url: bed.system.gatewayUrl },
      )
      return [body.data?.post?.text, headers.get('cache-status')?.startsWith('tessera; hit')]
    }
    for (const id of [kept, deleted]) await expect.poll(() => show(id)).toEqual(['before', true])
    const change = (set: string, id: string) =>
      bed.databases.posts.query(`update post set text = '', ${set} where id = $1`, [parseIdOf('post', id)])
    await change('edited_at = now()', kept)
    await change('deleted_at = now()', deleted)
    const { code } = await drop(self.id)
    expect(code).toBe(0)
    await expect.poll(() => show(kept)).toEqual(['', true])
    await expect.poll(() => show(deleted)).toEqual([undefined, true])
  })

  it('drops a whole database', async () => {
    const self = await cachedWrongly()
    expect((await drop('users')).out).toEqual([
      expect.stringMatching(/^users: everything dropped, at offset \d+/),
    ])
    await expect.poll(() => read(self.handle)).toEqual({ name: 'after', hit: true })
  })

  it('is written while nobody takes ticks, and takes effect later', async () => {
    const self = await cachedWrongly()
    await bed.system.kill('users')
    const { code, out } = await drop(facets.user(self.id), '--no-wait')
    expect([code, out]).toEqual([
      0,
      ['users: the drop of 1 facet is written, and takes effect with the next tick'],
    ])
    await using database = openLongTransactions(
      bed.system.databaseUrls.users,
      'test',
      pino({ level: 'silent' }),
    )
    const { sql, transact } = database
    const end = (await readStatus(sql))?.end
    if (!end) throw new Error('the log was started')
    const xid = await writeDrop({ transact }, null)
    const [clock, stop] = [() => performance.now(), new AbortController().signal]
    expect(await awaitTick(databaseReader(sql), end, xid, { waitMs: 150, clock, stop })).toBeNull()
    await bed.system.restart('users')
    const found = await awaitTick(databaseReader(sql), end, xid, { waitMs: 60_000, clock, stop })
    expect(found?.epoch).toBe(end.epoch)
    expect(found?.offset).toBeGreaterThan(end.offset + 1)
    await expect.poll(() => read(self.handle)).toEqual({ name: 'after', hit: true })
  })
})
