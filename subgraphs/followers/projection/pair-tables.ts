import { parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Difference } from '../../../patterns/event-store/index.ts'
import { addToCounts } from '../commands/counts.ts'
import type { Pair } from '../domain/relation.ts'
import { NO_ROWS, type PairRows } from './fold-pair.ts'

/** @throws Error if it is not the name of a pair's stream */
function pairOf(stream: string): Pair {
  const [follower, followee] = stream.split('>').map((id) => parseIdOf('user', id))
  if (follower && followee) return { follower, followee }
  throw new Error(`${JSON.stringify(stream)} is not the name of a pair: user_…>user_….`)
}

/** What the tables hold of pairs. */
export async function readPairs(tx: Sql, streams: readonly string[]): Promise<Map<string, PairRows>> {
  const values = columns(streams.map(pairOf))
  const found = new Map<string, PairRows>()
  function rowsOf(nth: number): PairRows {
    const stream = streams[nth - 1] ?? ''
    const known = found.get(stream)
    if (known) return known
    const rows = { ...NO_ROWS, periods: [] }
    found.set(stream, rows)
    return rows
  }
  for (const { nth, began, ended } of await tx<Period>(PERIODS, ...values))
    rowsOf(nth).periods.push({ beganAt: new Date(began), endedAt: ended === null ? null : new Date(ended) })
  for (const { nth, id, at } of await tx<{ nth: number; id: Uuid; at: number }>(REQUESTS, ...values))
    rowsOf(nth).request = { id, requestedAt: new Date(at) }
  for (const { nth, at } of await tx<{ nth: number; at: number }>(BLOCKS, ...values))
    rowsOf(nth).blockedAt = new Date(at)
  return found
}

type Period = { nth: number; began: number; ended: number | null }

/** Replaces what the tables hold of pairs, and adds the difference to the counts. */
export async function repairPairs(tx: Sql, differences: readonly Difference<PairRows>[]): Promise<void> {
  const wanted = differences.map(({ stream, expected, found }) => ({
    pair: pairOf(stream),
    expected: expected ?? NO_ROWS,
    followed: isOpen(found),
    follows: isOpen(expected),
  }))
  const values = columns(wanted.map(({ pair }) => pair))
  for (const text of DELETES) await tx(text, ...values)
  const periods = wanted.flatMap(({ pair, expected }) =>
    expected.periods.map((period) => ({ pair, ...period })),
  )
  await tx(
    'insert into follow_period select * from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::timestamptz[])',
    ...columns(periods.map(({ pair }) => pair)),
    periods.map(({ beganAt }) => beganAt),
    periods.map(({ endedAt }) => endedAt),
  )
  for (const { pair, expected } of wanted) {
    const { follower, followee } = pair
    const { request, blockedAt } = expected
    if (request) {
      const insert = `insert into follow_request (id, follower_id, followee_id, requested_at) values ($1, $2, $3, $4)`
      await tx(insert, request.id, follower, followee, request.requestedAt)
    }
    if (blockedAt)
      await tx(
        'insert into block (blocker_id, blocked_id, blocked_at) values ($1, $2, $3)',
        follower,
        followee,
        blockedAt,
      )
  }
  const counted = wanted.flatMap(({ pair, followed, follows }) =>
    follows === followed ? [] : [{ ...pair, by: follows ? (1 as const) : (-1 as const) }],
  )
  await addToCounts(tx, counted)
}

const isOpen = (rows: PairRows | null) => rows?.periods.some(({ endedAt }) => endedAt === null) ?? false

const columns = (pairs: readonly Pair[]) => [
  pairs.map(({ follower }) => follower),
  pairs.map(({ followee }) => followee),
]

const PAIRS = 'unnest($1::uuid[], $2::uuid[]) as pair (follower, followee)'

/** The place of a pair in the list, instead of its ids: making a stream's name from ids takes longer than reading a row. */
const NTH = 'unnest($1::uuid[], $2::uuid[]) with ordinality as pair (follower, followee, place)'
const PLACE = 'place::integer as nth'
/** Parsing a number takes the driver a tenth of the time of parsing a date. */
const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

/** Open periods are found by their unique index; ended ones by the index of the exclusion constraint. */
const PERIODS = `
  select ${PLACE}, ${ms('began_at')} as began, ${ms('ended_at')} as ended from ${NTH} join follow_period
    on follower_id = follower and followee_id = followee where ended_at is null
  union all
  select ${PLACE}, ${ms('began_at')}, ${ms('ended_at')} from ${NTH} join follow_period
    on follower_id = follower and followee_id = followee where ended_at is not null
  order by began`

const REQUESTS = `
  select ${PLACE}, id, ${ms('requested_at')} as at from ${NTH} join follow_request
    on follower_id = follower and followee_id = followee`

const BLOCKS = `
  select ${PLACE}, ${ms('blocked_at')} as at from ${NTH} join block on blocker_id = follower and blocked_id = followee`

const DELETES = [
  `delete from follow_period using ${PAIRS} where follower_id = follower and followee_id = followee`,
  `delete from follow_request using ${PAIRS} where follower_id = follower and followee_id = followee`,
  `delete from block using ${PAIRS} where blocker_id = follower and blocked_id = followee`,
]
