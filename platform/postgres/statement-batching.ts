import type { QueryResultRow } from 'pg'

/** One prepared statement: `name` is unique to `text` within the service, so Postgres parses it once. */
export type Statement = { name: string; text: string }

type Run = (statement: Statement, values: readonly unknown[]) => Promise<QueryResultRow[]>

/** Asks a statement about some keys: its `$1` is their array, `rest` are `$2` and so on. */
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

/** Of one statement with the same other values, this many run at once; who comes then waits for one to return. */
const AT_ONCE = 4
/** Keys of one run: a long one would keep those waiting that ask for little. */
const MAX_KEYS = 100

/**
 * Lets requests of all clients share statements: questions that differ in their keys only, asked in the same turn of
 * the event loop or while earlier ones are under way, become one. The busier the service, the fewer statements for each
 * request; an idle one does not wait. A statement is sent after everybody in it has asked, so nobody reads what is
 * older than their question. Rows may be shared: nobody may change them.
 *
 * @param keyColumn the column that tells which key a row belongs to
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

/** Without it a statement that is shared would find nothing, and one that is not would find everything. */
function requireColumn([row]: readonly QueryResultRow[], keyColumn: string): void {
  if (!row || keyColumn in row) return
  throw new Error(`a keyed statement has no column "${keyColumn}", only ${Object.keys(row).join(', ')}`)
}

/** Gives everybody the rows of their own keys, in the order the database gave them for each key. */
function deal(asks: readonly Ask[], rows: QueryResultRow[], keyColumn: string): void {
  const [first] = asks
  if (asks.length === 1 && first) return first.resolve(rows)
  const byKey = Map.groupBy(rows, (row) => row[keyColumn] as string)
  for (const { keys, resolve } of asks) resolve(keys.flatMap((key) => byKey.get(key) ?? []))
}
