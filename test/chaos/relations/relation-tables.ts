import { rebuildProjection } from '../../../patterns/event-store/index.ts'
import { createLog } from '../../../platform/log.ts'
import { openDatabase } from '../../../platform/postgres/database.ts'
import { relationProjection } from '../../../subgraphs/followers/projection/relation-projection.ts'
import { readRelations } from '../../events/tables.ts'
import type { Period, RelationHistory, StreamEvent } from '../checkers/relations.ts'
import { connect } from '../support/sessions.ts'

/** What followers holds. */
export type Relations = Pick<RelationHistory, 'events' | 'open' | 'unlikeFold' | 'wrongCounts' | 'blocks'> & {
  periods: readonly Period[]
}

const EVENTS = `
  select stream, type, data ->> 'requestId' as "requestId", coalesce((meta ->> 'imported')::boolean, false) as imported,
    (extract(epoch from recorded_at) * 1000)::float8 as "recordedAt"
  from stream_event order by stream, version`

const PERIODS = `
  select follower_id || '>' || followee_id as pair, began_at::text as began, ended_at::text as ended
  from follow_period order by 1, 2`

/** @param url of the database of followers */
export async function readTables(url: string): Promise<Relations> {
  const client = await connect(url)
  try {
    const { rows: events } = await client.query<StreamEvent>(EVENTS)
    const { rows: open } = await client.query<{ id: string }>('select id from follow_request')
    const { wrong } = await readRelations(client)
    return {
      events,
      periods: await periodsIn(client),
      open: open.map(({ id }) => id),
      blocks: await blocksIn(client),
      wrongCounts: wrong.map((row) => JSON.stringify(row)),
      unlikeFold: await compareWithFold(url),
    }
  } finally {
    await client.end()
  }
}

type Connection = Awaited<ReturnType<typeof connect>>

export async function periodsIn(client: Pick<Connection, 'query'>): Promise<Period[]> {
  return (await client.query<Period>(PERIODS)).rows
}

/** @param url of the database of users */
export async function readDecisions(
  url: string,
): Promise<Pick<RelationHistory, 'decisions' | 'waiting' | 'undecided'>> {
  const client = await connect(url)
  try {
    const { rows } = await client.query<{ id: string; decision: string | null }>(
      "select id, outcome ->> 'decision' as decision from reactor_request where source = 'followers'",
    )
    const { rows: waiting } = await client.query<{ id: string }>('select id from follow_request')
    const decided = rows.flatMap(({ id, decision }) => (decision === null ? [] : [[id, decision] as const]))
    return {
      decisions: new Map(decided),
      waiting: waiting.map(({ id }) => id),
      undecided: rows.filter(({ decision }) => decision === null).map(({ id }) => id),
    }
  } finally {
    await client.end()
  }
}

/** @param url of the database of posts */
export async function readCopiedBlocks(url: string): Promise<string[]> {
  const client = await connect(url)
  try {
    return await blocksIn(client)
  } finally {
    await client.end()
  }
}

async function blocksIn(client: Pick<Connection, 'query'>): Promise<string[]> {
  const { rows } = await client.query<{ block: string }>(
    "select blocker_id || '>' || blocked_id as block from block",
  )
  return rows.map(({ block }) => block)
}

/** Like `npm run events -- check`. */
async function compareWithFold(url: string): Promise<string[]> {
  await using database = openDatabase(url, 3, createLog('chaos', { LOG_LEVEL: 'silent' }))
  const report = await rebuildProjection(
    { ...database, projection: relationProjection, checkOnly: true },
    new AbortController().signal,
  )
  return [report.differing, report.wrongCounters, report.unreadable].flatMap(({ examples }) => [...examples])
}
