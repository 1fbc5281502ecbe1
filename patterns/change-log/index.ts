export { type CheckPayload, InvalidEventError, MAX_TOUCHES, type NewEvent } from './writer/event.ts'
export { insertEvents } from './writer/insert-events.ts'
export { eventWriter, requestWrites, type RequestWrites, wakingTransact } from './writer/event-writer.ts'
export type { ControlRecord, CopyPosition, EventRecord, LogRecord, RawRecord } from './record.ts'
export { comparePositions, type Position } from './position.ts'
export { type AppliedSnapshot, covers, parseSnapshot, sees, type Snapshot } from './snapshot.ts'
export { createSignal, pause, type Signal } from './signal.ts'
export { preparedSql } from './owner/connection.ts'

export { bumpEpoch, checkLog, keepEpoch, mayKeep, type LogCheck } from './owner/epoch.ts'
export { type LogOptions, openLog, type OwnedLog } from './owner/open-log.ts'
export { logRoutes, withDatabase } from './owner/log-routes.ts'
export { type Relay, startRelay, type RelayState } from './owner/relay.ts'
export type { RelayOptions, Report } from './owner/relay-options.ts'
export type { LogReader, Publisher, RecordPage } from './transports/transport.ts'
export { serveFeed, type FeedResponse, type FeedOptions } from './owner/serve-feed.ts'
export { serveReport } from './owner/serve-report.ts'
export { feedReader, type Get, getByFetch } from './transports/feed-reader.ts'
export { getEnd, type LogEnd } from './transports/log-end.ts'
export { logUrls, type LogUrls } from './transports/log-urls.ts'
export { type LogTransport, redisTransport, streamKey } from './transports/log-transport.ts'
export { healingReader } from './transports/healing-reader.ts'
export type { SendCommand } from './transports/redis/command.ts'
export { redisScript } from './transports/redis/script.ts'
export { streamPublisher, type StreamOptions } from './transports/redis/publisher.ts'
export { streamReader } from './transports/redis/reader.ts'

export { consume, type ConsumeEnd, type ConsumeOptions } from './consumer/consume.ts'
export { type ConsumerName, type Handler, NotYet } from './consumer/handler.ts'
export { beginConsumer } from './consumer/consumer-offset.ts'
export {
  type ConsumerPosition,
  type ConsumerStatus,
  listConsumerStatus,
  readConsumerPosition,
} from './consumer/consumer-position.ts'
export { hasParked, listParked, type ParkedKey } from './consumer/parked.ts'
export { redrive, type Redriven } from './consumer/redrive.ts'

export { forgetConsumer, listConsumers, type Registration, reportPosition } from './owner/registration.ts'
export { type Lag, readLag, readUnpublished, type Unpublished } from './owner/lag.ts'
export { type LogStatus, readStatus } from './owner/log-status.ts'
export { retain, type RetentionLimits } from './owner/retention.ts'
export { beginExport, type ExportStart, rebuild } from './export/export.ts'
export { type Compared, compareCopy, type CompareRows } from './consumer/compare-copy.ts'
export { type RunningConsumer, runConsumer, type RunConsumerOptions } from './consumer/run-consumer.ts'
export { consumeInMemory, type MemoryConsumer } from './consumer/consume-in-memory.ts'
export { runReactor, type Reactor, type ReactorOptions } from './consumer/run-reactor.ts'
export { type OpenWork, openWorkCopy, type WorkEvent } from './consumer/open-work.ts'
export { compareOpenWork } from './consumer/compare-open-work.ts'
export { decideRequests, type Request, type TakenRequest, takeRequests } from './consumer/requests.ts'
export type { RunStatus } from './consumer/run-status.ts'
export type { OpenExport } from './export/export-text.ts'
export { type Copy, rebuildFrom, type RebuiltFrom } from './consumer/rebuild-from.ts'
export { serveExport } from './owner/serve-export.ts'
export { createWaiter } from './consumer/wait-fresh.ts'
export type { Effect } from './consumer/redis-effect.ts'
export { type BatchEnd, type EffectBatch, redisEffects, type RedisEffects } from './consumer/redis-effects.ts'

export {
  type AppliedCopy,
  type AppliedTick,
  type Copies,
  dropSeen,
  isFresh,
  mergeTokens,
  type Token,
  tokenOf,
  type Writes,
  writesOf,
} from './token/token.ts'
export { appliedAt, appliedHere, appliedTo } from './token/applied.ts'
export { readToken, type ReadToken, writeToken } from './token/token-text.ts'
