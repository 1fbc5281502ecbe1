import { describe, expect, it } from 'vitest'
import { commandBed } from './command-bed.ts'

const bed = commandBed()
const { log, status, allWell, needs } = bed

describe('status', () => {
  it('shows the position of each log and of its consumers', async () => {
    await allWell()
    const position = { epoch: expect.any(Number), offset: expect.any(Number) }
    const lag = { records: expect.any(Number), ms: expect.any(Number) }
    const quiet = (database: string, consumers: unknown[]) => ({
      database,
      state: 'running',
      reason: null,
      log: {
        begin: position,
        end: position,
        tickAgeMs: expect.any(Number),
        outbox: { rows: expect.any(Number), bytes: expect.any(Number) },
        unpublished: { events: 0, oldestMs: null },
      },
      stream: null,
      consumers,
      needs: [],
    })
    const consumer = (name: string, service: string) => ({
      name,
      service,
      position,
      lag,
      reported: { offset: expect.any(Number), agoMs: expect.any(Number), expired: false },
      parkedKeys: 0,
      drainingKeys: 0,
      waiting: null,
    })
    await expect.poll(status).toEqual({
      ok: true,
      code: 0,
      databases: [
        quiet('users', [consumer('followers.decisions', 'followers'), consumer('posts.authors', 'posts')]),
        quiet('posts', []),
        quiet('followers', [consumer('posts.blocks', 'posts'), consumer('users.followRequests', 'users')]),
      ],
    })
    const { code, out } = await log('status')
    expect(code).toBe(0)
    expect(out.join('\n')).toMatch(
      /^users {5}running, epoch \d+, offsets 1 to \d+, last tick .* ago\n {10}outbox: about .*; all in ticks\n {10}followers\.decisions \(in followers\): /,
    )
  })

  it('shows a log without a relay, events without a tick, and late consumers', async () => {
    await bed.system.kill('posts')
    await bed.system.kill('users')
    await bed.databases.users.query(
      `insert into outbox (key, type, version, payload, touches, headers, time)
       values ('k', 'nothing.known', 1, '{}', '{}', '{}', now() - interval '3 s')`,
    )
    // Some heartbeats that posts has not heard of, and then none for a minute.
    await bed.databases.posts.query('update consumer_offset set "offset" = "offset" - 1')
    await bed.databases.users.query("update tick set time = time - interval '1 min'")
    const { ok, code, databases } = await status()
    const users = databases.find(({ database }) => database === 'users')
    expect([ok, code, users?.state]).toEqual([false, 1, 'silent'])
    expect(users?.log?.unpublished.events).toBe(1)
    expect(users?.log?.unpublished.oldestMs).toBeGreaterThanOrEqual(3_000)
    const late = users?.consumers.find(({ name }) => name === 'posts.authors')
    expect(late?.lag?.records).toBeGreaterThanOrEqual(1)
    expect(late?.lag?.ms).toBeGreaterThanOrEqual(60_000)
    expect(users?.needs).toEqual([
      expect.stringMatching(/^No process has taken a tick for .*; 1 event wait.* Start the users service/),
      expect.stringMatching(/^posts\.authors is .* behind, .*Does the posts service run\?/),
    ])
    await bed.system.restart('users')
    await bed.system.restart('posts')
    await allWell()
  })

  it('shows the other logs when one cannot be read', async () => {
    await bed.databases.users.query('alter table outbox rename to outbox_of_yesterday')
    const { ok, code, databases } = await status()
    await bed.databases.users.query('alter table outbox_of_yesterday rename to outbox')
    expect([ok, code]).toEqual([false, 1])
    expect(databases.map(({ database, state }) => [database, state])).toEqual([
      ['users', 'unusable'],
      ['posts', 'running'],
      ['followers', 'running'],
    ])
    expect(databases[0]?.needs).toEqual([
      expect.stringMatching(
        /^The log of users cannot be read: relation "outbox" does not exist\. Try again; /,
      ),
    ])
    await allWell()
  })

  it('shows a consumer that will not return, which is then removed', async () => {
    await bed.databases.users.query(
      `insert into log_consumer (name, epoch, "offset", reported_at, expired) values ('gone.copy', 7, 3, now(), false)`,
    )
    await expect
      .poll(() => needs('users'))
      .toMatch(
        /^gone\.copy is in another epoch, 7\. If it will never run again: npm run log -- consumers forget users gone\.copy\.$/,
      )
    await bed.databases.users.query("update log_consumer set expired = true where name = 'gone.copy'")
    await expect.poll(() => needs('users')).toMatch(/^gone\.copy is expired/)
    expect(await log('consumers', 'forget', 'users', 'gone.copy')).toMatchObject({ code: 0, err: [] })
    await allWell()
    expect(await log('consumers', 'forget', 'users', 'gone.copy')).toEqual({
      code: 1,
      out: [],
      err: ['users has no consumer "gone.copy". Known consumers: followers.decisions, posts.authors.'],
    })
  })
})
