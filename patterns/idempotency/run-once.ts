import { createHmac } from 'node:crypto'

/** The port to the command's own transaction: runs SQL with `$1`, `$2`, … */
export type TransactionSql = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

export type Once = {
  /** Who sends the key; keys of different people never meet. Empty for anonymous commands. */
  viewer: string
  /** Null: no key was sent, the command simply runs. */
  key: string | null
  /** Name of the command, part of what is compared. */
  command: string
  input: unknown
  /** Keys the hash of the input, so that the stored hash betrays nothing. */
  secret: string
}

export type OnceOutcome<Result> =
  | { kind: 'ran'; result: Result }
  | { kind: 'replayed'; resultId: string; xid: string }
  | { kind: 'conflict' }

type Stored = { input_hash: Buffer; result_id: string; xid: string }

/**
 * Runs a command at most once for each idempotency key, in the command's own transaction: the key's row and the
 * effect commit together or not at all. Two calls with the same key at the same time: the second waits at the
 * primary key for the first, then replays it, or runs if the first rolled back.
 *
 * @param resultId what to store of the result: an id, never a token or a raw input
 */
export async function runOnce<Result>(
  sql: TransactionSql,
  once: Once,
  run: () => Promise<Result>,
  resultId: (result: Result) => string,
): Promise<OnceOutcome<Result>> {
  if (once.key === null) return { kind: 'ran', result: await run() }
  const inputHash = hashInput(once)
  const claimed = await sql<object>(
    `insert into idempotency_key (viewer, key, input_hash, result_id) values ($1, $2, $3, '')
     on conflict do nothing returning 1`,
    once.viewer,
    once.key,
    inputHash,
  )
  if (claimed.length === 0) return replay(sql, once, inputHash)
  const result = await run()
  await sql(
    'update idempotency_key set result_id = $3 where viewer = $1 and key = $2 returning 1',
    once.viewer,
    once.key,
    resultId(result),
  )
  return { kind: 'ran', result }
}

/**
 * The xid is that of the first run. One from another cluster, kept by a dump, may be of a transaction that is still to
 * come: 3, the first that there is, stands for what everybody sees.
 */
const STORED = `
  select input_hash, result_id,
         case when xid < pg_snapshot_xmax(pg_current_snapshot()) then xid::text else '3' end as xid
  from idempotency_key where viewer = $1 and key = $2`

async function replay<Result>(
  sql: TransactionSql,
  once: Once,
  inputHash: Buffer,
): Promise<OnceOutcome<Result>> {
  const [stored] = await sql<Stored>(STORED, once.viewer, once.key)
  if (!stored || !inputHash.equals(stored.input_hash)) return { kind: 'conflict' }
  return { kind: 'replayed', resultId: stored.result_id, xid: stored.xid }
}

function hashInput({ secret, command, viewer, input }: Once): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify([command, viewer, sorted(input)]))
    .digest()
}

/** The same input in another order of its fields is the same input. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
