import { expect, test } from 'vitest'
import { formatId } from '../../contracts/ids.ts'
import { seed } from '../../local/seed/seed.ts'
import { BASE_TIME } from '../../local/seed/times.ts'
import { fold } from '../../patterns/event-store/index.ts'
import {
  RELATION_SCHEMAS,
  relationDecider,
  type RelationEvent,
} from '../../subgraphs/followers/domain/relation.ts'
import { seedDatabases } from './seed-databases.ts'

type Stored = {
  stream: string
  events: (RelationEvent & { schema: number; at: number; actor: string | null })[]
}
type Period = { stream: string; began: number; ended: number | null }

const STREAMS = `
  select stream, json_agg(json_build_object('type', type, 'data', data, 'schema', schema, 'actor', meta ->> 'actor',
    'at', extract(epoch from recorded_at) * 1000) order by version) as events, max(version) as last, count(*)::integer
  from stream_event group by stream`

const PERIODS = `
  select follower_id, followee_id, extract(epoch from began_at)::float * 1000 as began,
    extract(epoch from ended_at)::float * 1000 as ended
  from follow_period order by follower_id, followee_id, began_at`

test('a seed has follows that ended, and follows that began again, as their events say', async () => {
  await using databases = await seedDatabases()
  await seed({ users: 200, postsPerUser: 0, rng: 42, urls: databases.urls, log: () => {} })
  const streams = await databases.sql<Stored & { last: number; count: number }>('followers', STREAMS)
  const rows = await databases.sql<{
    follower_id: string
    followee_id: string
    began: number
    ended: number | null
  }>('followers', PERIODS)
  const periods = rows.map(({ follower_id: a, followee_id: b, began, ended }) => ({
    stream: `${formatId('user', a)}>${formatId('user', b)}`,
    began: Math.round(began),
    ended: ended === null ? null : Math.round(ended),
  }))
  const byStream = Map.groupBy(periods, ({ stream }) => stream)
  expect(byStream.size).toBe(streams.length)
  for (const { stream, events, last, count } of streams) {
    expect(last).toBe(count)
    expect(periodsOf(stream, events)).toEqual(byStream.get(stream))
    for (const { type, schema } of events) expect(schema).toBe(RELATION_SCHEMAS[type].schema)
    const times = events.map(({ at }) => at)
    expect(new Set(times).size).toBe(times.length)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.at(-1)).toBeLessThan(BASE_TIME)
    expect(fold(relationDecider, events)).toMatchObject({ request: null, blocks: false })
  }
  const ended = periods.filter((period) => period.ended !== null)
  const again = [...byStream.values()].filter(({ length }) => length > 1)
  expect(ended.length / periods.length).toBeGreaterThan(0.05)
  expect(ended.length / periods.length).toBeLessThan(0.2)
  expect(again.length).toBeGreaterThan(20)
  expect(again.every((of) => of.at(-1)?.ended === null)).toBe(true)
  // Every seed that is shown has something to show: the audience of Alice grows and shrinks.
  const [alice] = await databases.sql<{ id: string }>('users', "select id from users where handle = 'alice'")
  const left = rows.filter((row) => row.followee_id === alice?.id && row.ended !== null)
  expect(left.length).toBeGreaterThan(0)
})

function periodsOf(stream: string, events: Stored['events']): Period[] {
  const periods: Period[] = []
  for (const { type, at } of events) {
    const last = periods.at(-1)
    if (type === 'FollowAccepted') periods.push({ stream, began: Math.round(at), ended: null })
    else if (type === 'FollowEnded' && last) last.ended = Math.round(at)
  }
  return periods
}
