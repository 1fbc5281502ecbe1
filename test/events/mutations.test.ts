import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildASTSchema, parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { root } from '../../platform/root.ts'
import { checkEvent } from '../../contracts/events.ts'
import { openEventBed, type EventBed } from './bed.ts'
import { FOLLOWERS } from './followers-scenarios.ts'
import { POSTS } from './posts-scenarios.ts'
import { USERS } from './users-scenarios.ts'

const SCENARIOS = { ...USERS, ...POSTS, ...FOLLOWERS }

/** One row for each xid. */
const COMMITTED = 'select pg_xact_status(xid::xid8) as status from unnest($1::text[]) as xid'

let bed: EventBed
beforeAll(async () => {
  bed = await openEventBed()
})
afterAll(() => bed[Symbol.asyncDispose]())

test('every mutation of the API has a scenario', () => {
  const sdl = readFileSync(join(root, 'schema/supergraph.graphql'), 'utf8')
  const mutation = buildASTSchema(parse(sdl), { assumeValid: true }).getMutationType()
  expect(Object.keys(SCENARIOS).toSorted()).toEqual(Object.keys(mutation?.getFields() ?? {}).toSorted())
})

describe.each(Object.entries(SCENARIOS))('%s', (mutation, scenario) => {
  test('writes its events in the transaction that its response names, and none if it fails or has no effect', async () => {
    const { writer, viewer, input, tells, again, refused } = await scenario(bed)
    const before = await writer.end()
    const sent = await writer.send(mutation, viewer, input)
    const told = await writer.told(before)
    expect(sent.payload.__typename).toMatch(/Success$/)
    const events = told.map(({ type, key, payload, touches }) => ({ type, key, payload, touches }))
    expect(events.toSorted(byKey)).toEqual(tells(sent.payload).toSorted(byKey))
    expect(told.map(checkEvent)).toEqual(told.map(() => null))
    expect([...new Set(told.map(({ xid }) => xid))]).toEqual(sent.xids)

    const end = await writer.end()
    const fails = await writer.send(mutation, refused.viewer ?? viewer, { ...input, ...refused.input })
    expect(fails.payload.__typename).not.toMatch(/Success$/)
    expect(fails.xids).toEqual([])
    const idle = again ? [await writer.send(mutation, viewer, { ...input, ...again })] : []
    expect(idle.map(({ payload }) => payload.__typename)).toEqual(idle.map(() => sent.payload.__typename))
    const { rows } = await writer.database.query(COMMITTED, [idle.flatMap(({ xids }) => xids)])
    expect(rows).toEqual(idle.map(() => ({ status: 'committed' })))
    expect(await writer.told(end)).toEqual([])
  })
})

/** Between keys there is no order to keep, and here no key has two events. */
function byKey(a: { key: string; type: string }, b: { key: string; type: string }): number {
  return `${a.key} ${a.type}` < `${b.key} ${b.type}` ? -1 : 1
}

test('a refresh token that is used twice ends its session, although the response is a failure', async () => {
  const { refreshToken } = USERS
  if (!refreshToken) throw new Error('there is no scenario')
  const { writer, input, tells, viewer } = await refreshToken(bed)
  const { payload } = await writer.send('refreshToken', viewer, input)
  const { session } = payload as { session?: { refreshToken: string } }
  await writer.send('refreshToken', viewer, { refreshToken: session?.refreshToken })
  const before = await writer.end()
  const reused = await writer.send('refreshToken', viewer, input)
  expect(reused.payload.__typename).toBe('InvalidCredentials')
  const told = await writer.told(before)
  const [refreshed] = tells(payload)
  expect(told).toMatchObject([{ ...refreshed, type: 'session.ended' }])
  expect(told.map(({ xid }) => xid)).toEqual(reused.xids)
})
