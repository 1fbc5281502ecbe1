import { createHmac } from 'node:crypto'
import type { Sql } from '../../contracts/sql.ts'

export type Once = {
  /** The owner of the key. Owners have separate key spaces. Empty for anonymous commands. */
  viewer: string
  /** Null if the client sent no key. Then the command just runs. */
  key: string | null
  /** Name of the command. It is compared together with the input. */
  command: string
  input: unknown
  /** Key of the input's hash, so that the stored hash reveals nothing. */
  secret: string
}

export type OnceOutcome<Result> =
  | { kind: 'ran'; result: Result }
  | { kind: 'replayed'; resultId: string; xid: string }
  | { kind: 'conflict' }

type Stored = { input_hash: Buffer; result_id: string; xid: string }

/**
 * Runs a command at most once per idempotency key, in the command's transaction: the key's row and the effect commit
 * together or not at all. If two calls use the same key at the same time, the second waits for the first. Then it replays
 * the result, or runs if the first rolled back.
 *
 * @param resultId the id of the result to store; never a token or a raw input
 */
export async function runOnce<Result>(
  sql: Sql,
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
 * The xid of the first run. A key restored from a dump of another cluster may have an xid that lies in the future. It is
 * replaced by 3, the lowest normal xid, which every snapshot sees.
 */
const STORED = `
  select input_hash, result_id,
         case when xid < pg_snapshot_xmax(pg_current_snapshot()) then xid::text else '3' end as xid
  from idempotency_key where viewer = $1 and key = $2`

async function replay<Result>(sql: Sql, once: Once, inputHash: Buffer): Promise<OnceOutcome<Result>> {
  const [stored] = await sql<Stored>(STORED, once.viewer, once.key)
  if (!stored || !inputHash.equals(stored.input_hash)) return { kind: 'conflict' }
  return { kind: 'replayed', resultId: stored.result_id, xid: stored.xid }
}

function hashInput({ secret, command, viewer, input }: Once): Buffer {
  return createHmac('sha256', secret)
    .update(JSON.stringify([command, viewer, sorted(input)]))
    .digest()
}

/** Makes the hash independent of the order of fields. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, inner]) => [name, sorted(inner)]),
  )
}
