import fc from 'fast-check'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { parseIdOf } from '../../contracts/ids.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { someone } from './api.ts'
import { askViewer, listAsOf } from './past.ts'

let client: Client
beforeAll(async () => {
  client = new Client({ connectionString: inject('system').databaseUrls.followers })
  await client.connect()
})
afterAll(() => client.end())

const HOUR_MS = 3_600_000
const START = Date.UTC(2024, 0, 1)
type Point = { at: string; followers: number; gained: number; lost: number }

const ask = (viewer: Viewer, args: string) =>
  askViewer<{ audience: Point[] }>(viewer, `audience(${args}) { at followers gained lost }`)
const range = (from: Date, to: Date) => `from: "${from.toISOString()}", to: "${to.toISOString()}"`
const hour = (hours: number) => new Date(START + hours * HOUR_MS)

/** Adds a follow by somebody new, with its count. Hours. */
async function followedBy(viewer: Viewer, began: number, ended: number | null): Promise<void> {
  const [follower, followee] = [someone(), viewer].map(({ id }) => parseIdOf('user', id))
  await client.query(
    'insert into follow_period (follower_id, followee_id, began_at, ended_at) values ($1, $2, $3, $4)',
    [follower, followee, hour(began), ended === null ? null : hour(ended)],
  )
  if (ended !== null) return
  await client.query(
    `insert into follow_count values ($1, 1, 0)
     on conflict (user_id) do update set follower_count = follow_count.follower_count + 1`,
    [followee],
  )
}

describe('the audience of a viewer', () => {
  it('has a point at the end of each interval, with what changed in it', async () => {
    const ann = someone()
    for (const [began, ended] of [
      [-5, null],
      [0, 24],
      [1, 30],
      [25, null],
      [26, 27],
      [72, null],
    ] as const)
      await followedBy(ann, began, ended)
    const { viewer } = await ask(ann, range(hour(0), hour(60)))
    expect(viewer?.audience).toEqual([
      { at: '2024-01-02T00:00:00.000Z', followers: 2, gained: 1, lost: 1 },
      { at: '2024-01-03T00:00:00.000Z', followers: 2, gained: 2, lost: 2 },
      { at: '2024-01-03T12:00:00.000Z', followers: 2, gained: 0, lost: 0 },
    ])
  })

  it('agrees with the lists of followers, whatever happened', async () => {
    const hours = fc.integer({ min: 0, max: 200 })
    const lives = fc.array(fc.tuple(hours, fc.option(hours)), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(lives, hours, hours, async (periods, a, b) => {
        const ann = someone()
        for (const [began, lasted] of periods)
          await followedBy(ann, began, lasted === null ? null : began + lasted)
        const [from, to] = [Math.min(a, b), Math.max(a, b) + 1]
        const { viewer } = await ask(ann, range(hour(from), hour(to)))
        let before = (await listAsOf(ann, 'followers', hour(from))).length
        for (const { at, followers, gained, lost } of viewer?.audience ?? []) {
          expect(followers).toBe(before + gained - lost)
          expect(followers).toBe((await listAsOf(ann, 'followers', new Date(at))).length)
          before = followers
        }
        expect(viewer?.audience.at(-1)?.at).toBe(hour(to).toISOString())
      }),
      { numRuns: 20 },
    )
  })

  it.each([
    [range(hour(0), hour(401 * 24)), /^by: DAY makes more than 400 points from 2024-01-01T00:00:00.000Z to /],
    [
      range(hour(2), hour(2)),
      /^from: 2024-01-01T02:00:00.000Z is not before `to`, 2024-01-01T02:00:00.000Z\./,
    ],
    [range(hour(2), new Date('9999-01-01')), /^to: 9999-01-01T00:00:00.000Z is in the future\./],
    ['from: "x", to: "2024-01-01T00:00:00Z"', /^from: "x" is not a time/],
  ])('is refused for %s', async (args, message) => {
    const { viewer, errors } = await ask(someone(), args)
    expect(viewer).toEqual({ audience: null })
    expect(errors).toMatchObject([
      { code: 'BAD_USER_INPUT', message: expect.stringMatching(message), path: ['audience'] },
    ])
  })

  it('has up to 400 points', async () => {
    const { viewer } = await ask(someone(), range(hour(0), hour(400 * 24)))
    expect(viewer?.audience).toHaveLength(400)
    const months = await ask(someone(), `from: "1995-01-01T00:00:00Z", to: "2024-01-01T00:00:00Z", by: MONTH`)
    expect(months.viewer?.audience).toHaveLength(348)
  })
})
