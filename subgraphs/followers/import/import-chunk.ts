import { randomUUID } from 'node:crypto'
import type { Sql, Transact } from '../../../contracts/sql.ts'
import { lockPairs } from '../commands/decide-relations.ts'
import { streamOf } from '../domain/events.ts'
import type { Pair } from '../domain/relation.ts'
import { importRelations } from './import-relations.ts'

/** `busy`: another process imports. */
export type ImportStep = { kind: 'done' | 'busy' } | { kind: 'imported'; pairs: number; total: number }

/** Number of pairs in one transaction. A command on one of them waits for it: 70 ms on a busy machine. */
const CHUNK = 500

/** What is imported, in this order. A pair that has both has its stream already when its block is imported. */
const PHASES = {
  follows: `
    select follower_id as follower, followee_id as followee from follow_period
    where ended_at is null and (follower_id, followee_id) > ($1, $2) order by follower_id, followee_id limit ${CHUNK}`,
  blocks: `
    select blocker_id as follower, blocked_id as followee from block
    where (blocker_id, blocked_id) > ($1, $2) order by blocker_id, blocked_id limit ${CHUNK}`,
} as const

type Phase = keyof typeof PHASES
type Position = { phase: Phase | null; follower: string; followee: string; pairs: number; total: number }

/** While the row is locked, other processes do not get it: one process imports at a time. */
const TAKE = `
  select phase, follower_id as follower, followee_id as followee, pairs::integer, total::integer
  from relation_import for update skip locked`

const GO_ON = `
  update relation_import set follower_id = $1, followee_id = $2, pairs = pairs + $3 returning pairs::integer`

const NEXT_PHASE = `
  update relation_import set phase = $1::text, follower_id = default, followee_id = default,
    finished_at = case when $1::text is null then now() end`

/**
 * Imports the next relations that are older than the event store, with the streams of their pairs locked. The position moves
 * in the same transaction, so nothing is lost or done twice if the process ends.
 */
export async function importChunk(transact: Transact): Promise<ImportStep> {
  return transact(async (tx) => {
    const [position] = await tx<Position>(TAKE)
    if (!position) return { kind: 'busy' }
    const { phase, total } = position
    if (phase === null) return { kind: 'done' }
    const pairs = await tx<Pair>(PHASES[phase], position.follower, position.followee)
    const last = pairs.at(-1)
    if (!last) {
      await tx(NEXT_PHASE, phase === 'follows' ? 'blocks' : null)
      return { kind: 'imported', pairs: position.pairs, total }
    }
    await lockPairs(tx, pairs)
    await importRelations(tx, await withoutStreams(tx, pairs), randomUUID)
    await tx(GO_ON, last.follower, last.followee, pairs.length)
    return { kind: 'imported', pairs: position.pairs + pairs.length, total }
  })
}

/** Only with the streams locked: a command may have begun some of them since the pairs were read. */
async function withoutStreams(tx: Sql, pairs: readonly Pair[]): Promise<Pair[]> {
  const rows = await tx<{ stream: string }>(
    'select stream from stream_event where stream = any($1::text[]) and version = 1',
    pairs.map(streamOf),
  )
  const begun = new Set(rows.map(({ stream }) => stream))
  return pairs.filter((pair) => !begun.has(streamOf(pair)))
}
