export { type CheckPayload, InvalidEventError, type NewEvent } from './event.ts'
export { insertEvents } from './insert-events.ts'
export {
  eventWriter,
  requestWrites,
  type RequestWrites,
  type Transactions,
  wakingTransactions,
} from './event-writer.ts'
export type { ControlRecord, EventRecord, LogRecord, RawRecord } from './record.ts'
export { comparePositions, type Position } from './position.ts'
export { covers, parseSnapshot, sees, type Snapshot } from './snapshot.ts'
export { createSignal, type Signal } from './signal.ts'
export { preparedSql } from './connection.ts'
export type { Sql } from './sql-port.ts'

export { bumpEpoch, checkLog, keepEpoch, mayKeep, type LogCheck } from './epoch.ts'
export { type LogOptions, openLog, type OwnedLog, streamKey } from './open-log.ts'
export { type Relay, startRelay, type RelayState } from './relay.ts'
export type { RelayOptions, Report } from './relay-options.ts'
export type { LogReader, Publisher, RecordPage } from './transport.ts'
export { answerFeed, type FeedAnswer, type FeedOptions } from './feed/answer.ts'
export { answerReport } from './feed/report.ts'
export { feedReader, type Get, getByFetch } from './feed/reader.ts'
export { healingReader } from './heal.ts'
export type { SendCommand } from './redis/command.ts'
export { streamPublisher, type StreamOptions } from './redis/publisher.ts'
export { streamReader } from './redis/reader.ts'

export { consume, type ConsumeEnd, type ConsumeOptions } from './consumer/consume.ts'
export type { ConsumerName, Handler, Transact } from './consumer/handler.ts'
export { beginConsumer, type Progress, readProgress } from './consumer/offset.ts'
export { type Begun, listBegun } from './consumer/list.ts'
export { findParked, listParked, type ParkedKey } from './consumer/parked.ts'
export { redrive, type Redriven } from './consumer/redrive.ts'

export { forgetConsumer, listConsumers, type Registration, reportPosition } from './registration.ts'
export { type Lag, readLag, readUnpublished, type Unpublished } from './lag.ts'
export { type LogStatus, readStatus } from './status.ts'
export { retain, type RetentionLimits } from './retention.ts'
export { beginExport, type ExportStart, rebuild } from './export.ts'
export { type Compared, compareCopy, type CompareRows } from './compare-copy.ts'
export { type Follower, followLog, type FollowOptions } from './follow-log.ts'
export { followInMemory, type MemoryFollower } from './follow-in-memory.ts'
export type { FollowStatus } from './follow-status.ts'
export { type Copy, type OpenExport, rebuildFrom, type RebuiltFrom } from './rebuild-from.ts'
export { serveExport } from './serve-export.ts'
export { createWaiter } from './wait-fresh.ts'

export { type Applied, dropSeen, isFresh, mergeTokens, type Token, tokenOf, type Writes } from './token.ts'
export { appliedHere, appliedTo } from './applied.ts'
export { readToken, type ReadToken, writeToken } from './token-text.ts'
