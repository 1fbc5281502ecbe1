import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { act, someone } from './api.ts'
import { askViewer, listAsOf } from './past.ts'

let client: Client
beforeAll(async () => {
  client = new Client({ connectionString: inject('system').databaseUrls.followers })
  await client.connect()
})
afterAll(() => client.end())

const uuid = ({ id }: Viewer) => parseIdOf('user', id)
const at = (text: string) => new Date(`${text}Z`)
const [NOON, ONE, TWO] = ['2024-05-01T12:00', '2024-05-01T13:00', '2024-05-01T14:00'].map(at) as [
  Date,
  Date,
  Date,
]

async function followed(follower: Viewer, followee: Viewer, began: Date, ended: Date | null): Promise<void> {
  await client.query(
    'insert into follow_period (follower_id, followee_id, began_at, ended_at) values ($1, $2, $3, $4)',
    [uuid(follower), uuid(followee), began, ended],
  )
}

/** A list with its cursors. */
type Page = {
  followers: { edges: { cursor: string; node: { id: string } }[]; pageInfo: Record<string, boolean> }
}

describe('a list at a time in the past', () => {
  it('has a follow from exactly its beginning until just before its end', async () => {
    const [ann, bob] = [someone(), someone()]
    await followed(bob, ann, NOON, ONE)
    await followed(bob, ann, TWO, null)
    const ms = (date: Date, more: number) => new Date(date.getTime() + more)
    for (const [time, there] of [
      [ms(NOON, -1), false],
      [NOON, true],
      [ms(ONE, -1), true],
      [ONE, false],
      [ms(TWO, -1), false],
      [TWO, true],
      [new Date(), true],
      [null, true],
    ] as const) {
      expect(await listAsOf(ann, 'followers', time), String(time)).toEqual(there ? [bob.id] : [])
      expect(await listAsOf(bob, 'following', time), String(time)).toEqual(there ? [ann.id] : [])
    }
  })

  it('is paged from both ends, latest follow first, also if many follows ended since', async () => {
    const [ann, fans] = [someone(), Array.from({ length: 9 }, someone)]
    for (const [i, fan] of fans.entries()) {
      const began = new Date(NOON.getTime() + i * 60_000)
      await followed(fan, ann, began, i % 3 === 0 ? null : i % 3 === 1 ? TWO : new Date(began.getTime() + 1))
    }
    const expected = fans
      .filter((_, i) => i % 3 !== 2)
      .toReversed()
      .map(({ id }) => id)
    for (const [size, cursor, next] of [
      ['first: 2', 'after', -1],
      ['last: 2', 'before', 0],
    ] as const) {
      const seen: string[] = []
      for (let position = ''; ;) {
        const { viewer } = await askViewer<Page>(
          ann,
          `followers(asOf: "${ONE.toISOString()}", ${size}${position}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage } }`,
        )
        const edges = viewer?.followers.edges ?? []
        const ids = edges.map(({ node }) => node.id)
        if (next === 0) seen.unshift(...ids)
        else seen.push(...ids)
        const more = next === 0 ? 'hasPreviousPage' : 'hasNextPage'
        if (!viewer?.followers.pageInfo[more]) break
        position = `, ${cursor}: "${edges.at(next)?.cursor}"`
      }
      expect(seen).toEqual(expected)
    }
  })

  it('does not accept a cursor of another time, or of the list as it is now', async () => {
    const [ann, bob] = [someone(), someone()]
    await followed(bob, ann, NOON, null)
    const edges = 'edges { cursor }'
    type Lists = Record<'past' | 'now', { edges: { cursor: string }[] }>
    const { viewer } = await askViewer<Lists>(
      ann,
      `past: followers(asOf: "${ONE.toISOString()}") { ${edges} } now: followers { ${edges} }`,
    )
    const page = (asOf: string, cursor = '') =>
      askViewer(ann, `followers(${asOf} after: "${cursor}") { ${edges} }`)
    const past = viewer?.past.edges[0]?.cursor
    expect((await page('asOf: "2024-05-01T15:00:00+02:00"', past)).errors).toEqual([])
    for (const { errors } of [
      await page('asOf: "2024-05-01T13:00:01Z"', past),
      await page('', past),
      await page(`asOf: "${ONE.toISOString()}"`, viewer?.now.edges[0]?.cursor),
    ]) {
      expect(errors).toMatchObject([
        { code: 'BAD_USER_INPUT', message: expect.stringMatching(/cursor of another list/) },
      ])
    }
  })

  it('is not there for a time in the future, or for what is not a time', async () => {
    const ann = someone()
    for (const [asOf, message] of [
      ['"9999-01-01T00:00:00Z"', /^asOf: 9999-01-01T00:00:00.000Z is in the future\. It is /],
      ['"yesterday"', /^asOf: "yesterday" is not a time since 1970\. Pass a date/],
      ['7', /^asOf: 7 is not a time/],
    ] as const) {
      const { viewer, errors } = await askViewer(ann, `followers(asOf: ${asOf}) { nodes { id } }`)
      expect(viewer).toEqual({ followers: null })
      expect(errors).toMatchObject([
        { code: 'BAD_USER_INPUT', message: expect.stringMatching(message), path: ['followers'] },
      ])
    }
  })
})

describe('the past of a user', () => {
  const ALL = `followers(asOf: "2024-05-01T12:30:00Z") { nodes { id } } following { nodes { id } }
    audience(from: "2024-05-01T00:00:00Z", to: "2024-05-02T00:00:00Z") { followers }`

  it('is shown to this user only', async () => {
    const [ann, bob] = [someone(), someone()]
    await followed(bob, ann, NOON, ONE)
    await act(ann, 'follow', bob.id)
    expect((await askViewer(ann, ALL)).viewer).toEqual({
      followers: { nodes: [{ id: bob.id }] },
      following: { nodes: [{ id: bob.id }] },
      audience: [{ followers: 0 }],
    })
    for (const other of [bob, null]) {
      expect(
        await askViewer(other, `${ALL} followHistory(userId: "${bob.id}") { nodes { at } }`, ann),
      ).toEqual({
        viewer: null,
        errors: [],
      })
    }
  })
})
