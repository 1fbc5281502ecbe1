import { Pool } from 'undici'
import { parseIdOf } from '../../contracts/ids.ts'
import { openServers } from '../change-log/servers.ts'
import type { openSystem, OpenSystem } from '../change-log/system/open-system.ts'
import type { Issuer } from '../gateway/issuer.ts'
import { runSql } from '../system/sql.ts'
import type { Variant } from './requests.ts'

const PEOPLE = 200
/** Followers that are there before, of each person. */
const FOLLOWERS = 1_000
const CONNECTIONS = 128

/** A running system with people and follows, on a Postgres and a Redis of its own. */
export type Stage = AsyncDisposable & OpenSystem & { variant: Variant; pool: Pool; followed: number }

export async function openStage(variant: Variant, open: typeof openSystem, issuer: Issuer): Promise<Stage> {
  await using stack = new AsyncDisposableStack()
  const servers = stack.use(await openServers({ commitTimes: false }))
  const opened = stack.use(
    await open({ servers, name: variant, redisDatabase: 0, standIns: [], issuer, people: PEOPLE }),
  )
  const url = opened.system.databaseUrls.followers
  const ids = opened.people.map(({ id }) => parseIdOf('user', id))
  for (const text of [FOLLOWS[variant], COUNTS]) await runSql(url, text, [ids, FOLLOWERS])
  await runSql(url, 'vacuum (analyze, freeze)')
  const pool = stack.adopt(
    new Pool(new URL(opened.system.gatewayUrl).origin, { connections: CONNECTIONS, pipelining: 1 }),
    (used) => used.destroy(),
  )
  const all = stack.move()
  return { ...opened, variant, pool, followed: 0, [Symbol.asyncDispose]: () => all.disposeAsync() }
}

/** Followers that nobody reads, so they need no profiles. A follow a minute. */
const ROWS = `
  select gen_random_uuid(), id, now() - n * interval '1 minute'
  from unnest($1::uuid[]) as id cross join generate_series(1, $2::integer) as n`

const FOLLOWS: Record<Variant, string> = {
  saga: `insert into follow_period (follower_id, followee_id, began_at) ${ROWS}`,
  before: `insert into follow (follower_id, followee_id, followed_at) ${ROWS}`,
}

const COUNTS = `
  insert into follow_count (user_id, follower_count, following_count)
  select id, $2::integer, 0 from unnest($1::uuid[]) as id`
