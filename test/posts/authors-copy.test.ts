import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TokenEntry } from '../../contracts/consistency.ts'
import { parseIdOf } from '../../contracts/ids.ts'
import { createSignal, type Signal } from '../../patterns/change-log/index.ts'
import { systemClock } from '../../platform/clock.ts'
import { readConfig } from '../../platform/config/read-config.ts'
import { INTERNAL_HEADER, signInternal } from '../../platform/internal-auth.ts'
import { createLog } from '../../platform/log.ts'
import { keepConsumer } from '../../service/change-log/keep-consumer.ts'
import { compareDefinition, rebuildDefinition } from '../../service/change-log/run-definition.ts'
import { AUTHORS } from '../../subgraphs/posts/authors/authors-consumer.ts'
import { startPosts, VARIABLES } from '../../subgraphs/posts/server.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'
import { askPosts, openAuthorsBed, readyz, type AuthorsBed } from './authors-bed.ts'
import { LINE, person, type Line, type Person } from './person.ts'
import { TIMEOUT_MS } from '../support/timeout.ts'

const never = new AbortController().signal
const fresh = (name: string) => `${name}_${randomBytes(4).toString('hex')}`

let system: OwnSystem
let bed: AuthorsBed

beforeAll(async () => {
  system = await startOwnSystem({ processes: ['users', 'posts', 'gateway'] })
  bed = await openAuthorsBed(system)
})

afterAll(async () => {
  await bed[Symbol.asyncDispose]()
  await system[Symbol.asyncDispose]()
})

/** Keeps the copy of the running system's posts from within this process. */
function keptHere(written: Signal) {
  const config = readConfig(['INTERNAL_SECRET', 'REDIS_URL', 'LOG_TRANSPORT'], {
    INTERNAL_SECRET: system.internalSecret,
  })
  return keepConsumer(AUTHORS, {
    database: { url: system.databaseUrls.posts, written },
    ownerUrl: system.subgraphUrls.users,
    config,
    clock: systemClock,
    log: createLog('test', { LOG_LEVEL: 'silent' }),
  })
}

const someone = (name: string) => person(name, system.gatewayUrl)

describe('the copy', () => {
  it('equals the state after a rebuild while users sign up and change handles', async () => {
    const people = await Promise.all(['one', 'two', 'three'].map(someone))
    const stop = new AbortController()
    const writing = people.map(async (self, i) => {
      for (let n = 0; !stop.signal.aborted; n++) {
        if (n % 5 === 4) await someone('more')
        else if ((n + i) % 2 === 0) await self.rename(fresh('renamed'))
        else await self.setName(`Name ${n}`)
      }
    })
    for (let round = 0; round < 4; round++) {
      expect(await rebuildDefinition(AUTHORS, bed.options, never)).toMatchObject({ kind: 'rebuilt' })
      const compared = await compare()
      expect(compared).toMatchObject({ kind: 'compared', wrong: 0, examples: [] })
    }
    stop.abort()
    await Promise.all(writing)
    for (const self of people) await self.catchUp()
    expect(await bed.authors()).toEqual(await bed.profiles())
  })

  it('is found to differ by the comparison if it lacks an event', async () => {
    const self = await someone('changed')
    await self.catchUp()
    await bed.posts.query("update author set name = 'otherwise' where id = $1", [parseIdOf('user', self.id)])
    expect(await compare()).toMatchObject({ wrong: 1, examples: [parseIdOf('user', self.id)] })
    await rebuildDefinition(AUTHORS, bed.options, never)
    expect(await compare()).toMatchObject({ wrong: 0 })
  })

  it('is rebuilt automatically after users has expired it', async () => {
    const self = await someone('before')
    await self.catchUp()
    await system.kill('posts')
    // As retention does with a consumer that is away for too long: all ticks but the last.
    await self.setName('meanwhile')
    await expect
      .poll(async () => {
        await bed.users.query('delete from tick where n < (select max(n) from tick)')
        const { rows } = await bed.users.query<{ base: string }>('select min(base) as base from tick')
        const at = await bed.posts.query<{ offset: string }>(
          `select "offset" from consumer_offset where consumer = 'posts.authors'`,
        )
        return Number(rows[0]?.base) > Number(at.rows[0]?.offset) + 1
      })
      .toBe(true)
    await system.restart('posts')
    await expect.poll(() => bed.authors()).toEqual(await bed.profiles())
    expect(system.log()).toContain('the copy of users is rebuilt: the log is expired')
  })

  it('that could never be built because users is down makes posts unready, but posts serves requests without it', async () => {
    const self = await someone('early')
    await self.catchUp()
    const id = await self.post(`Hello @${self.handle}`)
    await system.kill('posts')
    await system.kill('users')
    await bed.posts.query('delete from consumer_offset')
    await bed.posts.query('delete from author')
    const ready = system.restart('posts')
    await expect
      .poll(() => readyz(system).catch(() => null))
      .toMatchObject({
        status: 'not ready',
        dependencies: { authors: 'never built. This needs the users service once.' },
      })
    const { data, errors } = await askPosts(system, LINE, { id })
    expect(data).toMatchObject({
      post: { text: `Hello @${self.handle}`, author: null, mentions: { nodes: [null] } },
    })
    expect(errors).toHaveLength(2)
    await system.restart('users')
    await ready
    await expect.poll(() => bed.authors()).toEqual(await bed.profiles())
    const whole = await askPosts<Line>(system, LINE, { id })
    expect([whole.errors, whole.data?.post.author?.handle]).toEqual([undefined, self.handle])
  })

  it('can be read fresh in two processes, although only one consumes', async () => {
    const { DATABASE_URL_POSTS, ...config } = readConfig(VARIABLES, {
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'silent',
      INTERNAL_SECRET: system.internalSecret,
      DATABASE_URL_POSTS: system.databaseUrls.posts,
      SUBGRAPH_URL_USERS: system.subgraphUrls.users,
      SUBGRAPH_URL_FOLLOWERS: system.subgraphUrls.followers,
    })
    await using second = await startPosts({ DATABASE_URL_POSTS, ...config })
    const self = await someone('twice')
    const id = await self.post('Hello')
    for (let i = 0; i < 10; i++) {
      const { rows } = await renamedEntry(self, fresh('renamed'))
      for (const url of [system.subgraphUrls.posts, `${second.url}/graphql`]) {
        const seen = async () => {
          const { data, extensions } = await askPosts<Line>(system, LINE, { id }, { url, token: rows })
          return extensions?.stale ?? data?.post.author?.handle
        }
        await expect.poll(seen).toEqual(self.handle)
        expect((await askPosts<Line>(system, LINE, { id }, { url })).data?.post.author?.handle).toBe(
          self.handle,
        )
      }
    }
  })
})

it('is not checked again after it is built', async () => {
  const kept = keptHere(createSignal())
  await expect(kept.requireBuilt()).rejects.toThrow('never built')
  const running = kept.start()
  try {
    await kept.requireBuilt()
  } finally {
    await running[Symbol.asyncDispose]()
  }
  await expect(kept.report()).rejects.toThrow()
  await kept.requireBuilt()
})

it('wakes the relay of posts only after it has applied events', async () => {
  const self = await someone('waking')
  await self.catchUp()
  await system.kill('posts')
  const written = createSignal()
  const kept = keptHere(written)
  const running = kept.start()
  try {
    await self.rename(fresh('renamed'))
    await expect.poll(() => bed.authors()).toEqual(await bed.profiles())
    await expect.poll(() => written.count).toBe(1)
    // Heartbeats of users are batches too.
    const offset = async () => (await kept.running()?.status())?.position?.offset ?? 0
    const before = await offset()
    await expect.poll(offset).toBeGreaterThan(before + 1)
    expect(written.count).toBe(1)
  } finally {
    await running[Symbol.asyncDispose]()
    await system.restart('posts')
  }
})

it('reports the state of its consumer in the metrics', async () => {
  const text = await (await fetch(new URL('metrics', system.subgraphUrls.posts))).text()
  expect(text).toContain('tessera_consumer_rebuilding{consumer="posts.authors"} 0\n')
  expect(text).toContain('tessera_consumer_parked_keys{consumer="posts.authors"} 0\n')
  expect(text).toMatch(/tessera_consumer_tick_age_seconds\{consumer="posts.authors"\} [\d.]+\n/)
})

describe('the export of users', () => {
  it('is available to our own services only', async () => {
    const url = new URL('log/export?name=profiles', system.subgraphUrls.users)
    expect((await fetch(url)).status).toBe(401)
    const headers = (audience: string) => ({
      [INTERNAL_HEADER]: signInternal(system.internalSecret, null, audience, Date.now()),
    })
    expect((await fetch(url, { headers: headers('posts') })).status).toBe(401)
    const whole = await fetch(url, { headers: headers('users') })
    const lines = (await whole.text()).trimEnd().split('\n')
    expect([whole.status, lines.at(-1)]).toEqual([200, `{"end":${lines.length - 2}}`])
    expect(lines.length - 2).toBe((await bed.profiles()).length)
    const unknown = await fetch(new URL('log/export?name=passwords', system.subgraphUrls.users), {
      headers: headers('users'),
    })
    expect([unknown.status, await unknown.json()]).toEqual([
      400,
      {
        message: 'There is no export "passwords". Use ?name=profiles or ended-sessions or follow-decisions.',
      },
    ])
  })
})

function compare() {
  const monotonic = () => performance.now()
  return compareDefinition(AUTHORS, bed.options, { waitMs: TIMEOUT_MS, monotonic }, never)
}

/** Renames, and tells by what entry of a token a subgraph is asked for it. */
async function renamedEntry(self: Person, handle: string): Promise<{ rows: TokenEntry[] }> {
  await self.rename(handle)
  const { rows } = await bed.users.query<{ epoch: string; xid: string }>(
    'select (select epoch from log_state), xid::text from outbox where key = $1 order by seq desc limit 1',
    [self.id],
  )
  return { rows: rows.map(({ epoch, xid }) => ['users', Number(epoch), [xid]]) }
}
