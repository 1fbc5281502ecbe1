import type { QueryResultRow } from 'pg'

/** A prepared statement. `name` is unique to `text` within the service, so Postgres parses it once per connection. */
export type Statement = { name: string; text: string }

type Run = (statement: Statement, values: readonly unknown[]) => Promise<QueryResultRow[]>

/** Runs a statement for some keys. Their array is `$1`; `rest` are `$2` and so on. */
export type BatchStatement = (
  statement: Statement,
  keys: readonly string[],
  rest: readonly unknown[],
) => Promise<QueryResultRow[]>

type Ask = {
  keys: readonly string[]
  resolve: (rows: QueryResultRow[]) => void
  reject: (error: unknown) => void
}

/** Maximum concurrent runs of a statement with the same other values. Further calls wait until a run returns. */
const AT_ONCE = 4
/** Maximum keys of one run, unless a single call has more. A long run would delay calls with few keys. */
const MAX_KEYS = 100

/**
 * Lets requests of all clients share statements. Calls that differ only in their keys become one statement if they come in
 * the same turn of the event loop, or while earlier runs are in progress. The busier the service, the fewer statements per
 * request. An idle service does not wait. A statement is sent after all of its calls, so no caller reads data that is older
 * than its call. Rows may be shared, so they must not be changed.
 *
 * @param keyColumn the column that contains the key of a row
 */
export function createStatementBatching(run: Run, keyColumn: string): BatchStatement {
  const queues = new Map<string, ReturnType<typeof createQueue>>()

  return (statement, keys, rest) => {
    const name = `${statement.name} ${JSON.stringify(rest)}`
    let queue = queues.get(name)
    if (!queue) {
      const runKeys = (all: readonly string[]) => run(statement, [all, ...rest])
      queue = createQueue(runKeys, keyColumn, () => queues.delete(name))
      queues.set(name, queue)
    }
    return queue(keys)
  }
}

function createQueue(
  run: (keys: readonly string[]) => Promise<QueryResultRow[]>,
  keyColumn: string,
  onIdle: () => void,
) {
  let waiting: Ask[] = []
  let scheduled = false
  let running = 0

  async function send(): Promise<void> {
    scheduled = false
    const asks = take()
    running++
    if (waiting.length > 0) schedule()
    try {
      const rows = await run(keysOf(asks))
      requireColumn(rows, keyColumn)
      deal(asks, rows, keyColumn)
    } catch (error) {
      for (const { reject } of asks) reject(error)
    }
    running--
    if (waiting.length > 0) schedule()
    else if (running === 0) onIdle()
  }

  function take(): Ask[] {
    let keys = 0
    const end = waiting.findIndex((ask, i) => (keys += ask.keys.length) > MAX_KEYS && i > 0)
    const taken = end < 0 ? waiting : waiting.slice(0, end)
    waiting = end < 0 ? [] : waiting.slice(end)
    return taken
  }

  function schedule(): void {
    if (scheduled || running >= AT_ONCE) return
    scheduled = true
    setImmediate(() => void send())
  }

  return (keys: readonly string[]) => {
    const { promise, resolve, reject } = Promise.withResolvers<QueryResultRow[]>()
    waiting.push({ keys, resolve, reject })
    schedule()
    return promise
  }
}

function keysOf(asks: readonly Ask[]): readonly string[] {
  const [first] = asks
  return asks.length === 1 && first ? first.keys : [...new Set(asks.flatMap(({ keys }) => keys))]
}

/** Without the key column, a shared statement would return no rows, and an unshared statement all rows. */
function requireColumn([row]: readonly QueryResultRow[], keyColumn: string): void {
  if (!row || keyColumn in row) return
  throw new Error(`a keyed statement has no column "${keyColumn}", only ${Object.keys(row).join(', ')}`)
}

/** Resolves each call with the rows of its keys. The rows of a key keep the order of the database. */
function deal(asks: readonly Ask[], rows: QueryResultRow[], keyColumn: string): void {
  const [first] = asks
  if (asks.length === 1 && first) return first.resolve(rows)
  const byKey = Map.groupBy(rows, (row) => row[keyColumn] as string)
  for (const { keys, resolve } of asks) resolve(keys.flatMap((key) => byKey.get(key) ?? []))
}
