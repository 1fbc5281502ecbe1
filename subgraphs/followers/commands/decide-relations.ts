import type { DomainEvent } from '../../../contracts/events.ts'
import { isFailure, type Failure } from '../../../contracts/failure.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { append, fold, lockStreams, readStreams } from '../../../patterns/event-store/index.ts'
import type { Clock } from '../../../platform/clock.ts'
import { relationEvents, streamOf } from '../domain/events.ts'
import {
  RELATION_SCHEMAS,
  relationDecider,
  type Pair,
  type Relation,
  type RelationCommand,
  type RelationEvent,
} from '../domain/relation.ts'
import { importRelations } from '../import/import-relations.ts'
import { projectEvents } from './project-events.ts'

/** A command on the stream of a pair. */
export type Change = { pair: Pair; command: RelationCommand }

export type Deciding = {
  clock: Clock
  /** Makes the id of a request: random, so that it is never used again, also not after a restore. */
  newId: () => Uuid
  /** The user who caused the changes. Null for decisions of users, and for expiry. */
  actor: Uuid | null
}

export type Decided = {
  /** The events for other services. The caller writes them, last in the transaction. */
  events: DomainEvent[]
  /** The states after the changes, by stream. */
  relations: ReadonlyMap<string, Relation>
}

/** Locks the streams of pairs until the transaction ends. All pairs of a transaction are locked with one call. */
export function lockPairs(tx: Sql, pairs: readonly Pair[]): Promise<void> {
  return lockStreams(tx, pairs.map(streamOf))
}

/**
 * Decides changes in order, appends their events and updates the projections: periods, open requests, blocks and counts.
 * The pairs must be locked.
 *
 * @returns the first failure, if any. Then nothing was appended, but streams may have been imported
 */
export async function decideRelations(
  tx: Sql,
  changes: readonly Change[],
  { clock, newId, actor }: Deciding,
): Promise<Decided | Failure> {
  const streams = await loadStreams(tx, changes, newId)
  for (const { pair, command } of changes) {
    const stream = streams.get(streamOf(pair))
    if (!stream) throw new Error(`The stream of ${streamOf(pair)} was not loaded.`)
    const events = relationDecider.decide(stream.relation, command)
    if (isFailure(events)) return events
    stream.relation = fold({ ...relationDecider, initial: stream.relation }, events)
    stream.events.push(...events)
  }
  const changed = [...streams].filter(([, { events }]) => events.length > 0)
  const relations = new Map([...streams].map(([name, { relation }]) => [name, relation]))
  if (changed.length === 0) return { events: [], relations }
  const meta = actor === null ? {} : { actor }
  const appended = await append(
    tx,
    changed.map(([stream, { version, events }]) => ({
      stream,
      expectedVersion: version,
      events: events.map((event) => ({ ...event, meta })),
    })),
    { schemas: RELATION_SCHEMAS, clock },
  )
  if (appended.kind === 'wrong version') {
    throw new Error(
      `${appended.stream} was not locked: it has ${appended.actual} events, not ${appended.expected}.`,
    )
  }
  const at = appended.recordedAt
  const happened = changed.map(([, { pair, events }]) => ({ pair, events }))
  await projectEvents(tx, happened, at)
  return {
    events: happened.flatMap(({ pair, events }) => relationEvents(pair, events, { actor, at })),
    relations,
  }
}

type Stream = { pair: Pair; version: number; relation: Relation; events: RelationEvent[] }

async function loadStreams(
  tx: Sql,
  changes: readonly Change[],
  newId: () => Uuid,
): Promise<Map<string, Stream>> {
  const pairs = new Map(changes.map(({ pair }) => [streamOf(pair), pair]))
  const stored = await readStreams(tx, [...pairs.keys()], RELATION_SCHEMAS)
  const streams = new Map<string, Stream>()
  for (const [name, pair] of pairs) {
    const events = (stored.get(name) ?? []) as unknown as RelationEvent[]
    const relation = fold(relationDecider, events)
    streams.set(name, { pair, version: events.length, relation, events: [] })
  }
  const empty = [...pairs].flatMap(([name, pair]) => (streams.get(name)?.version === 0 ? [pair] : []))
  for (const { pair, events } of await importRelations(tx, empty, newId)) {
    const relation = fold(relationDecider, events)
    streams.set(streamOf(pair), { pair, version: events.length, relation, events: [] })
  }
  return streams
}
