import type { ExportStart } from './export.ts'

/**
 * An export as text: lines of JSON. The first line is its start. The rows follow; each is an object. The last line has the
 * number of rows. An export without that line was truncated, and must not be used.
 */

/** Requests the owner's export. Rejects if there is none. The stream is closed when `stop` is aborted. */
export type OpenExport = (stop: AbortSignal) => Promise<AsyncIterable<Uint8Array>>

/** Minimum number of rows in a batch, except in the last one. */
const BATCH = 1_000

export function writeStart(start: ExportStart): string {
  return `${JSON.stringify(start)}\n`
}

export function writeEnd(rows: number): string {
  return `{"end":${rows}}\n`
}

/**
 * An export that is being read. Its rows come in batches, and can be iterated only once. Disposing it closes the stream,
 * even if not all rows were read.
 */
export type ReadExport = Disposable & { start: ExportStart; rows: AsyncIterable<readonly unknown[]> }

/**
 * Reads an export as it arrives. It is complete only if the iteration of its rows ends without an error, so the caller must
 * be able to undo everything that it has loaded.
 *
 * @param open resolves to chunks of the text, which may end anywhere
 * @throws Error if the text is not an export, or was truncated
 */
export async function readExport(open: OpenExport, stop: AbortSignal): Promise<ReadExport> {
  using stack = new DisposableStack()
  const over = new AbortController()
  // The owner keeps a connection and a snapshot until the stream is closed. So disposal closes it, even if no row was read.
  stack.defer(() => over.abort())
  const batches = linesOf(await open(AbortSignal.any([stop, over.signal])))
  const first = await batches.next()
  const [line = '', ...rest] = first.done ? [] : first.value
  const start = parseStart(line)
  const opened = stack.move()
  return { start, rows: rowsOf(rest, batches), [Symbol.dispose]: () => opened.dispose() }
}

async function* rowsOf(first: readonly string[], lines: AsyncIterable<string[]>) {
  const reading = { rows: 0, ended: false }
  let batch: unknown[] = rowsIn(first, reading)
  for await (const more of lines) {
    batch = batch.concat(rowsIn(more, reading))
    if (batch.length < BATCH) continue
    yield batch
    batch = []
  }
  if (!reading.ended) throw cutShort(reading.rows, 'its last line is missing')
  if (batch.length > 0) yield batch
}

/** Parses the rows in these lines. Checks the end of the export, and stores in `reading` that it was reached. */
function rowsIn(lines: readonly string[], reading: { rows: number; ended: boolean }): unknown[] {
  const rows: unknown[] = []
  for (const line of lines) {
    if (reading.ended) throw new Error(`The export continues after its end: ${line.slice(0, 200)}`)
    const row = parseObject(line)
    if ('end' in row) {
      if (row['end'] !== reading.rows) throw cutShort(reading.rows, `it has ${String(row['end'])}`)
      reading.ended = true
    } else {
      rows.push(row)
      reading.rows++
    }
  }
  return rows
}

/** Yields the complete lines of each chunk. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string[], void, undefined> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let rest = ''
  for await (const chunk of chunks) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n')
    rest = lines.pop() ?? ''
    if (lines.length > 0) yield lines
  }
  if (rest !== '') throw new Error(`The export ends in the middle of a line: ${rest.slice(0, 200)}`)
}

function parseStart(line: string): ExportStart {
  const value = parseObject(line)
  const { position, cur, time, snapshot } = value
  if (typeof cur === 'string' && typeof snapshot === 'string' && typeof time === 'number') {
    if (isPosition(position)) return { position, cur, time, snapshot }
  }
  throw new Error(`The export does not begin with its start: ${line.slice(0, 200)}`)
}

function isPosition(value: unknown): value is ExportStart['position'] {
  return typeof value === 'object' && value !== null && 'epoch' in value && 'offset' in value
}

function parseObject(line: string): Record<string, unknown> {
  const value: unknown = line === '' ? null : JSON.parse(line)
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw new Error(`This is not a line of an export: ${line.slice(0, 200)}`)
}

function cutShort(rows: number, reason: string): Error {
  return new Error(`The export was truncated after ${rows} rows: ${reason}.`)
}
