import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Sql } from '../../contracts/sql.ts'
import { facets } from '../../contracts/facets.ts'
import { formatId, parseIdOf } from '../../contracts/ids.ts'
import { appliedHere, isFresh, tokenOf } from '../../patterns/change-log/index.ts'
import { rebuildDefinition } from '../../service/change-log/run-definition.ts'
import { AUTHORS } from '../../subgraphs/posts/authors/authors-consumer.ts'
import { startOwnSystem, type OwnSystem } from '../support/own-system.ts'
import { openAuthorsBed, readyz, type AuthorsBed } from './authors-bed.ts'
import { LINE, person, type Line, type Person } from './person.ts'

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

const someone = (name: string) => person(name, system.gatewayUrl)

async function look(reader: Person, id: string) {
  const { data, errors, extensions } = await reader.ask<Line>(LINE, { id })
  return { ...data?.post, stale: extensions?.['stale'] ?? null, errors }
}

/**
 * Writes while the copy is held where it is, and lets it go only when a read is under way. A machine that is busy may let
 * go too late, so that the read has given up: then it is done again, but not for ever.
 */
async function whileHeld<Looked>(
  write: () => Promise<void>,
  read: () => Promise<Looked>,
  inTime: (looked: Looked) => boolean | Promise<boolean>,
): Promise<Looked> {
  for (let attempt = 1; ; attempt++) {
    const held = await bed.hold()
    await write()
    const reading = read()
    // Whoever does not wait is done before.
    const done = new AbortController()
    void reading.finally(() => done.abort())
    await bed.waitedFor(done.signal)
    await held.letGo()
    const looked = await reading
    if ((await inTime(looked)) || attempt === 5) return looked
  }
}

describe('an author line', () => {
  it('is in a tick of posts with the event that invalidates it and the position of the copy', async () => {
    const writer = await someone('writer')
    await writer.rename(fresh('renamed'))
    const { rows } = await bed.users.query<{ epoch: string; xid: string }>(
      'select (select epoch from log_state), xid::text from outbox where key = $1 order by seq desc limit 1',
      [writer.id],
    )
    const token = tokenOf('users', Number(rows[0]?.epoch), rows[0]?.xid ?? '')
    const sql: Sql = async (text, ...values) => (await bed.posts.query(text, values)).rows
    const isSeen = async () => {
      const applied = await appliedHere(sql)
      return applied && isFresh(token, new Map([['posts', applied]]), new Map([['posts', ['users']]]))
    }
    await expect.poll(isSeen).toBe(true)
    const [row] = await sql<{ handle: string; told: boolean }>(
      `select handle, exists (
         select from outbox, (select cur from tick order by n desc limit 1) last
         where type = 'copy.changed' and $2 = any (touches) and pg_visible_in_snapshot(xid, cur)
       ) as told from author where id = $1`,
      parseIdOf('user', writer.id),
      facets.author(writer.id),
    )
    expect(row).toEqual({ handle: writer.handle, told: true })
  })

  it('waits for a rename in the token of the reader', async () => {
    const writer = await someone('writer')
    const id = await writer.post('Hello')
    const looked = await whileHeld(
      () => writer.rename(fresh('renamed')),
      () => look(writer, id),
      ({ stale }) => stale === null,
    )
    expect(looked).toMatchObject({ author: { handle: writer.handle, name: 'writer' }, stale: null })
  })

  it('is reported as stale if the copy is not current in time', async () => {
    const [writer, other] = [await someone('writer'), await someone('other')]
    const before = writer.handle
    const id = await writer.post('Hello')
    const held = await bed.hold()
    await writer.rename(fresh('renamed'))
    expect(await look(writer, id)).toMatchObject({ author: { handle: before }, stale: ['users'] })
    // Whoever knows of no write is not kept waiting.
    other.consistency = ''
    expect(await look(other, id)).toMatchObject({ author: { handle: before }, stale: null })
    await held.letGo()
    await expect.poll(() => look(writer, id)).toMatchObject({ stale: null })
    expect(await look(writer, id)).toMatchObject({ author: { handle: writer.handle } })
  })

  it('of a new user waits for the copy, even without a token', async () => {
    const reader = await someone('reader')
    let [id, handle] = ['', '']
    const looked = await whileHeld(
      async () => {
        const writer = await someone('writer')
        id = await writer.post('Hello')
        handle = writer.handle
        reader.consistency = ''
      },
      () => look(reader, id),
      ({ author }) => author !== null,
    )
    expect(looked).toMatchObject({ author: { handle }, errors: undefined })
  })

  it('and a mention wait for a user in the token of the writer', async () => {
    const writer = await someone('writer')
    let named = writer
    const post = await whileHeld(
      async () => {
        named = await someone('named')
        writer.hear(named)
      },
      () => writer.post(`Hello @${named.handle}`),
      async (id) => (await look(writer, id)).mentions?.nodes.length === 1,
    )
    expect(await look(writer, post)).toMatchObject({
      mentions: { nodes: [{ handle: named.handle, name: 'named' }] },
    })
  })

  it('of an unknown user is null, with one error at its path, and the post remains', async () => {
    const writer = await someone('writer')
    const id = await writer.post('Hello')
    const nobody = '01932b2e-0000-7000-8000-00000000a11c'
    await bed.posts.query('update post set author_id = $1 where id = $2', [nobody, parseIdOf('post', id)])
    const { data, errors } = await writer.ask<Line>(LINE, { id })
    expect(data).toEqual({ post: { text: 'Hello', author: null, mentions: { nodes: [] } } })
    expect(errors).toHaveLength(1)
    expect(errors?.[0]).toMatchObject({
      path: ['post', 'author', 'handle'],
      message: expect.stringContaining(formatId('user', nobody)),
      extensions: { code: 'NOT_FOUND' },
    })
  })

  it('with a parked event is stale for tokens that name users, and is shown as it is to others', async () => {
    const [poor, other] = [await someone('poor'), await someone('other')]
    const [of, ofOther] = [await poor.post('Hello'), await other.post('Hello')]
    await bed.users.query(
      `insert into outbox (key, type, version, payload, touches, headers)
       values ($1, 'user.renamed', 1, $2, '{}', '{}')`,
      [poor.id, JSON.stringify({ userId: poor.id, handle: 7, version: 2 })],
    )
    await expect
      .poll(async () => (await bed.posts.query('select key from parked_key')).rows)
      .toEqual([{ key: poor.id }])
    const before = poor.handle
    await poor.rename(fresh('renamed'))
    // The copy now has two with that handle.
    other.hear(poor)
    await other.rename(before)
    const authors = async () => (await bed.authors()).map(({ id, handle }) => `${id} ${handle}`)
    await expect.poll(authors).toContain(`${String(parseIdOf('user', other.id))} ${before}`)
    const mentioned = await look(other, await other.post(`I, @${before}`))
    expect(mentioned).toMatchObject({ mentions: { nodes: [{ name: 'other' }] } })
    // What is parked may be what would have made or changed anybody: so the law is for all who have a token of users.
    expect(await look(other, ofOther)).toMatchObject({ author: { handle: before }, stale: ['users'] })
    const anybody = await someone('anybody')
    anybody.consistency = ''
    expect(await look(anybody, ofOther)).toMatchObject({ author: { handle: before }, stale: null })
    expect(await look(poor, of)).toMatchObject({ author: { handle: before }, stale: ['users'] })
    expect(await readyz(system)).toMatchObject({
      reported: { authors: expect.stringContaining('1 keys have events that cannot be applied') },
    })
    const rebuilt = await rebuildDefinition(AUTHORS, bed.options, never)
    expect(rebuilt).toMatchObject({ kind: 'rebuilt', rows: (await bed.profiles()).length })
    await poor.catchUp()
    expect(await look(poor, of)).toMatchObject({ author: { handle: poor.handle }, stale: null })
    expect((await bed.posts.query('select from parked_event')).rows).toEqual([])
  })
})
