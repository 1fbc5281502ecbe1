import { expect } from 'vitest'
import {
  consume,
  type ConsumeEnd,
  type ConsumeOptions,
} from '../../../patterns/change-log/consumer/consume.ts'
import { beginConsumer } from '../../../patterns/change-log/consumer/consumer-offset.ts'
import {
  readConsumerStatus,
  type ConsumerStatus,
} from '../../../patterns/change-log/consumer/consumer-position.ts'
import { NotYet, type Handler } from '../../../patterns/change-log/consumer/handler.ts'
import type { LogRecord } from '../../../patterns/change-log/record.ts'
import { createSignal, type Signal } from '../../../patterns/change-log/signal.ts'
import type { LogReader, RecordPage } from '../../../patterns/change-log/transports/transport.ts'
import {
  NAME,
  openConsumer,
  recordsOf,
  transactOf,
  writingHandler,
  type ConsumerBed,
} from './consumer-bed.ts'

/** The other log of the consumer. */
export const OTHER = { consumer: NAME.consumer, source: 'posts' }

/** Longer than any test. */
export const NEVER_MS = 3_600_000

/** A log in memory that a test extends. */
export type OpenLog = LogReader & {
  append(text: string): void
  become(end: Exclude<RecordPage['kind'], 'records'>): void
}

export function openMemoryLog(text = ''): OpenLog {
  const records: LogRecord[] = []
  const changed = createSignal()
  let end: Exclude<RecordPage['kind'], 'records'> | null = null
  const append = (more: string) => {
    records.push(...recordsOf(more, records.length + 1))
    changed.raise()
  }
  if (text !== '') append(text)
  return {
    append,
    become(kind) {
      end = kind
      changed.raise()
    },
    async read({ offset }, limit, waitMs, stop) {
      const count = changed.count
      if (end === null && offset >= records.length) await changed.after(count, waitMs, stop)
      if (end !== null) return { kind: end, epoch: 8 }
      return { kind: 'records', records: records.slice(offset, offset + limit) }
    },
  }
}

export type Running = { stop: AbortController; ended: Promise<ConsumeEnd> }

export type TwoLogs = AsyncDisposable & {
  bed: ConsumerBed
  users: OpenLog
  posts: OpenLog
  said: string[]
  /** Raised by all the consumers that `start` starts. */
  moved: Signal
  start(name: typeof NAME, handler: Handler, options?: Partial<ConsumeOptions>): Promise<Running>
  status(name: typeof NAME): Promise<ConsumerStatus>
  /** Resolves when so many events were applied, with their payloads in that order. */
  applied(count: number): Promise<string[]>
  /** Resolves with why the next event of a log waits. */
  waits(name: typeof NAME): Promise<string>
}

/** A consumer of two logs, both begun at their start. */
export async function openTwoLogs(users: string, posts: string): Promise<TwoLogs> {
  await using stack = new AsyncDisposableStack()
  const bed = stack.use(await openConsumer())
  await beginConsumer(bed.session.sql, OTHER, { epoch: 7, offset: 0 })
  const logs = { users: openMemoryLog(users), posts: openMemoryLog(posts) }
  const said: string[] = []
  const moved = createSignal()
  const status = async (name: typeof NAME) => {
    const found = await readConsumerStatus(bed.session.sql, name)
    if (!found) throw new Error('never begun')
    return found
  }
  const opened = stack.move()
  return {
    bed,
    ...logs,
    said,
    moved,
    async start(name, handler, options = {}) {
      const session = await bed.database.session()
      const reading = await bed.database.session()
      const stop = new AbortController()
      const ended = consume(
        {
          name,
          reader: name === NAME ? logs.users : logs.posts,
          sql: reading.sql,
          transact: transactOf(session),
          handler,
          report: (_, message) => void said.push(message),
          moved,
          applied: () => moved.raise(),
          waitMs: 200,
          retryMs: 5,
          waitingMs: NEVER_MS,
          ...options,
        },
        stop.signal,
      )
      opened.defer(async () => {
        stop.abort()
        await ended
      })
      return { stop, ended }
    },
    status,
    async applied(count) {
      await expect.poll(async () => (await bed.effects()).length).toBe(count)
      return bed.effects()
    },
    async waits(name) {
      await expect.poll(async () => (await status(name)).waiting).not.toBeNull()
      return (await status(name)).waiting?.reason ?? ''
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  }
}

/** Writes each event down, once what it waits for has been. `tries` lists each attempt at an event that waits. */
export function waitingHandler(
  waits: Readonly<Record<string, string>>,
  { poison, tries = [] }: { poison?: Set<string>; tries?: string[] } = {},
): Handler {
  const writing = writingHandler(poison)
  return {
    ...writing,
    async apply(tx, events) {
      for (const event of events) {
        const needed = waits[String(event.payload)]
        if (needed !== undefined) {
          tries.push(String(event.payload))
          const found = await tx('select 1 from effect where payload = $1', needed)
          if (found.length === 0) throw new NotYet(event, `${needed} is not there`)
        }
        await writing.apply(tx, [event])
      }
    },
  }
}
