import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import type { Person } from '../posts/person.ts'
import { commandBed } from './command-bed.ts'

const bed = commandBed()
const { someone, log, status, allWell, needs } = bed
const fresh = (name: string) => `${name}_${randomBytes(4).toString('hex')}`

describe('an event that cannot be applied', () => {
  it('is shown as parked, and redriven in order after its cause is fixed', async () => {
    const poor = await someone('poor')
    await poor.catchUp()
    const author = await takeAway(poor)
    await poor.setName('one')
    await poor.setName('two')
    await expect
      .poll(async () => (await log('parked')).out)
      .toEqual([
        expect.stringMatching(
          new RegExp(`^posts\\.authors/users {2}${poor.id} {2}2 events since 2.*The copy has no author`),
        ),
      ])
    const json = JSON.parse((await log('parked', '--json')).out.join('\n'))
    expect(json).toEqual([
      expect.objectContaining({ consumer: 'posts.authors', source: 'users', key: poor.id, events: 2 }),
    ])
    expect(await needs('users')).toMatch(
      /^posts\.authors has 1 parked key.*npm run log -- redrive posts\.authors --all/,
    )
    expect((await status()).code).toBe(1)

    const stillWrong = await log('redrive', 'posts.authors/users', poor.id)
    expect([stillWrong.code, stillWrong.out]).toEqual([
      1,
      [
        expect.stringMatching(
          new RegExp(`^${poor.id}: 0 events applied, then still .*The copy has no author`),
        ),
      ],
    ])
    const [, unknown] = [await giveBack(author), await log('redrive', 'posts.authors', 'user_nobody')]
    expect([unknown.code, unknown.err]).toEqual([
      1,
      [`The key "user_nobody" of posts.authors is not parked. These are: ${poor.id}.`],
    ])
    const mended = await log('redrive', 'posts.authors', '--all')
    expect(mended).toEqual({ code: 0, out: [`${poor.id}: 2 events applied`], err: [] })
    expect((await bed.databases.authors()).find(({ id }) => id === author.id)).toMatchObject({ name: 'two' })
    expect((await log('parked')).out).toEqual(['Nothing is parked.'])
    await allWell()
  })
})

describe('rebuild', () => {
  it('gives a copy equal to the state, even if users sign up and change handles at the same time', async () => {
    const people = await Promise.all(['one', 'two'].map(someone))
    const stop = new AbortController()
    const writing = people.map(async (self) => {
      for (let n = 0; !stop.signal.aborted; n++) {
        if (n % 5 === 4) await someone('more')
        else await self.rename(fresh('renamed'))
      }
    })
    const { code, out, err } = await log('rebuild', 'posts.authors')
    stop.abort()
    await Promise.all(writing)
    expect([code, out, err]).toEqual([
      0,
      [
        expect.stringMatching(/^posts\.authors is built: \d+ rows, offset \d+ of epoch \d+, in /),
        expect.stringMatching(/^posts\.authors equals the state of users: \d+ rows$/),
      ],
      [],
    ])
  })

  it('finds differences in the copy and fixes them', async () => {
    const self = await someone('changed')
    await self.catchUp()
    const id = parseIdOf('user', self.id)
    await bed.databases.posts.query("update author set name = 'otherwise' where id = $1", [id])
    const compared = await log('rebuild', 'posts/authors', '--check')
    expect([compared.code, compared.out]).toEqual([
      1,
      [expect.stringMatching(new RegExp(`^posts\\.authors differs from users in 1 of \\d+ rows: ${id}$`))],
    ])
    expect((await log('rebuild', 'posts.authors')).code).toBe(0)
    expect((await bed.databases.authors()).find((author) => author.id === id)).toMatchObject({
      name: 'changed',
    })
  })
})

describe('epoch', () => {
  it('is raised after a restore, only with --yes, and its consumer is rebuilt', async () => {
    const self = await someone('restored')
    await self.catchUp()
    const epoch = await epochOf('users')
    await bed.databases.users.query("update log_state set timeline = '0000000F'")
    expect(await needs('users')).toMatch(
      /^Its log is refused: its cluster is on another timeline.*npm run log -- epoch bump users\..*epoch keep users\.$/,
    )
    const explained = await log('epoch', 'bump', 'users')
    expect([explained.code, explained.out.at(-1)]).toEqual([
      1,
      'Nothing was changed. To do it: npm run log -- epoch bump users --yes',
    ])
    expect(explained.out.join('\n')).toContain(
      'These consumers are rebuilt: followers.decisions, posts.authors.',
    )
    expect(await epochOf('users')).toBe(epoch)
    const bumped = await log('epoch', 'bump', 'users', '--yes')
    expect([bumped.code, bumped.out]).toEqual([
      0,
      [expect.stringMatching(/^The log of users is now in epoch \d+\.$/)],
    ])
    expect(await epochOf('users')).toBeGreaterThan(epoch)
    // Until the relay has seen it, tokens are of the old epoch, which nothing but the source is fresh for.
    const lastBase = async () =>
      (await bed.databases.users.query('select max(base) as base from tick')).rows[0].base
    await expect.poll(lastBase).not.toBe('1')
    await self.setName('after')
    await self.catchUp()
    await allWell()
    expect(await bed.databases.authors()).toEqual(await bed.databases.profiles())
  })

  it('is kept after a move without lost commits', async () => {
    expect((await log('epoch', 'keep', 'users', '--yes')).out).toEqual([
      expect.stringMatching(/^There is nothing to keep: the log of users is in order, in epoch \d+\.$/),
    ])
    const epoch = await epochOf('users')
    await bed.databases.users.query("update log_state set timeline = '0000000F'")
    expect((await log('epoch', 'keep', 'users')).code).toBe(1)
    expect(await needs('users')).not.toBe('')
    expect(await log('epoch', 'keep', 'users', '--yes')).toEqual({
      code: 0,
      out: [`The log of users continues in epoch ${epoch}.`],
      err: [],
    })
    await allWell()
  })

  it('is not kept if transaction ids are or were behind', async () => {
    // As the relay remembers it.
    await bed.databases.users.query(
      "update log_state set refused = 'its transaction ids are behind those of its last tick'",
    )
    expect(await needs('users')).toBe(
      'Its log is refused: its transaction ids are behind those of its last tick. npm run log -- epoch bump users.',
    )
    const kept = await log('epoch', 'keep', 'users', '--yes')
    expect([kept.code, kept.out]).toEqual([
      1,
      [
        expect.stringMatching(
          /^The epoch of users cannot be kept, because .*npm run log -- epoch bump users --yes$/,
        ),
      ],
    ])
    expect(await needs('users')).not.toBe('')
    expect((await log('epoch', 'bump', 'users', '--yes')).code).toBe(0)
    await allWell()
  })
})

async function epochOf(database: string): Promise<number> {
  return (await status()).databases.find((one) => one.database === database)?.log?.end.epoch ?? 0
}

/** Takes an author away from the copy, so that nothing can be changed of them. */
async function takeAway(self: Person): Promise<Record<string, unknown> & { id: string }> {
  const { rows } = await bed.databases.posts.query('delete from author where id = $1 returning *', [
    parseIdOf('user', self.id),
  ])
  return rows[0]
}

async function giveBack(author: Record<string, unknown>): Promise<void> {
  await bed.databases.posts.query('insert into author select * from json_populate_record(null::author, $1)', [
    JSON.stringify(author),
  ])
}
