import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { commandBed } from './command-bed.ts'
import { environmentOf, startLog } from './run-log.ts'

const bed = commandBed()
const { someone, log } = bed
const fresh = (name: string) => `${name}_${randomBytes(4).toString('hex')}`

describe('tail', () => {
  it('prints the events of a log in order: the last ones, or from an offset', async () => {
    const self = await someone('tailed')
    const before = self.handle
    await self.rename(fresh('renamed'))
    await self.catchUp()
    const { code, out } = await log('tail', 'users', '--key', self.id)
    expect(code).toBe(0)
    expect(out).toEqual([
      expect.stringMatching(
        new RegExp(`^users +\\d+ 2.*Z ${self.id} user\\.created v1 {.*"handle":"${before}"`),
      ),
      expect.stringMatching(new RegExp(`${self.id} user\\.renamed v1 {.*"previousHandle":"${before}"`)),
    ])
    const json = await log('tail', 'users', '--key', self.id, '--type', 'user.renamed', '--json')
    const [event] = json.out.map((line) => JSON.parse(line))
    expect(event).toMatchObject({ database: 'users', key: self.id, payload: { handle: self.handle } })
    const from = await log('tail', 'users', '--from', String(event.offset), '-n', '1', '--json')
    expect(from.out.map((line) => JSON.parse(line))).toEqual([event])
    expect((await log('tail', 'users', '-n', '0')).out).toEqual([])
    const beyond = await log('tail', 'users', '--from', '999999999')
    expect([beyond.code, beyond.err]).toEqual([
      1,
      [expect.stringMatching(/^--from 999999999: the log of users has the offsets 1 to \d+ of epoch \d+\.$/)],
    ])
  })

  it('finds an old event before many other records', async () => {
    const self = await someone('old')
    await self.catchUp()
    await bed.databases.users.query(
      `insert into outbox (key, type, version, payload, touches, headers)
       select 'bulk', 'nothing.known', 1, '{}', '{}', '{}' from generate_series(1, 3000)`,
    )
    await expect
      .poll(async () => (await log('tail', 'users', '-n', '4000', '--key', 'bulk')).out.length)
      .toBe(3000)
    const { out } = await log('tail', 'users', '-n', '2', '--key', self.id, '--json')
    expect(out.map((line) => JSON.parse(line).type)).toEqual(['user.created'])
  })

  it('follows all logs until Ctrl-C, also into a new epoch', async () => {
    await someone('first')
    await using following = startLog(['tail', '-f', '-n', '1'], environmentOf(bed.system))
    await following.printed(/./)
    const self = await someone('followed')
    await following.printed(new RegExp(`^users .*${self.id} user\\.created`))
    const id = await self.post('Hello')
    await following.printed(new RegExp(`^posts .*${id} post\\.created`))
    expect(await log('epoch', 'bump', 'posts', '--yes')).toMatchObject({ code: 0, err: [] })
    await expect
      .poll(async () => (await bed.databases.posts.query('select max(base) as base from tick')).rows[0].base)
      .not.toBe('1')
    const other = await self.post('Hello again')
    await following.printed(new RegExp(`^posts .*${other} post\\.created`))
    following.interrupt()
    const { code, err } = await following.ended
    expect([code, err]).toEqual([
      0,
      [expect.stringMatching(/^posts: epoch \d+ has ended\. Epoch \d+ follows/)],
    ])
  })
})
