import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Client, Connection } from 'pg'
import { COPY_DONE, copyFail, createRowWriter, type RowWriter } from './row-writer.ts'

/** A message is sent when it reaches this size. */
const FLUSH_BYTES = 64 * 1024

/** Writes all rows of a table, one per `yield`. */
export type Rows = (writer: RowWriter) => Generator<void, void, void>

/** A table to fill: the target of `COPY`, and the rows. */
export type Table = { target: string; rows: Rows }

/**
 * Streams rows into a table with `COPY`, as fast as the server accepts them. Memory is bounded by the socket's buffer.
 * `pg` does not support COPY, so this implements that part of the protocol
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-COPY).
 *
 * @param target table and columns, in the order of the fields: `follow_count (user_id, follower_count, following_count)`
 * @param signal when aborted, the COPY fails and none of its rows remain
 * @param progress called from time to time with the number of rows written
 * @returns the number of rows that Postgres accepted
 * @throws the error of Postgres or of `rows`
 */
export function copyRows(
  client: Client,
  target: string,
  rows: Rows,
  signal: AbortSignal,
  progress: (rows: number) => void,
): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>()
  let loaded = 0
  const ended = new AbortController()
  const copy = {
    submit(connection: Connection) {
      connection.query(`copy ${target} from stdin (format binary)`)
    },
    handleCopyInResponse({ stream }: Connection) {
      pump(stream, rows, AbortSignal.any([signal, ended.signal]), progress).catch((error: unknown) => {
        reject(error)
        if (!ended.signal.aborted) stream.write(copyFail(String(error)))
      })
    },
    handleCommandComplete({ text }: { text: string }) {
      loaded = Number(/^COPY (\d+)/.exec(text)?.[1])
    },
    handleError(error: unknown) {
      reject(error)
      ended.abort()
    },
    handleReadyForQuery() {
      resolve(loaded)
    },
  }
  client.query(copy)
  return promise
}

async function pump(
  stream: Duplex,
  rows: Rows,
  signal: AbortSignal,
  progress: (rows: number) => void,
): Promise<void> {
  const writer = createRowWriter()
  let written = 0
  for (const _ of rows(writer)) {
    written++
    if (writer.pending < FLUSH_BYTES) continue
    await send(stream, writer, signal)
    progress(written)
  }
  await send(stream, writer, signal)
  stream.write(COPY_DONE)
}

/** Waits until the server accepts more data. This also gives the other connections a turn. */
async function send(stream: Duplex, writer: RowWriter, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  const message = writer.take()
  if (message && !stream.write(message)) await once(stream, 'drain', { signal })
}
