import type { ConsumerName } from './handler.ts'
import { readExport } from '../export/export-text.ts'
import type { OpenExport } from '../export/export-text.ts'
import { covers, parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { appliedSnapshot, readConsumerPosition } from './consumer-position.ts'
import type { Waiter } from './wait-fresh.ts'

/**
 * Compares rows of an export with the copy. It is called for each batch in the order of the export, and once more at the end,
 * with no rows and `last`. `wrong` names the rows that differ, without those that a later event explains, if the copy has
 * versions to tell.
 */
export type CompareRows = (rows: readonly unknown[], last: boolean) => Promise<{ wrong: readonly string[] }>

/**
 * - `compared`: the copy has caught up with the export. `wrong` is the number of rows that differ, are missing in the copy, or
 *   are not in the export; `examples` names the first of them
 * - `behind`: the copy has not caught up with the export within `waitMs`
 */
export type Compared =
  | { kind: 'compared'; rows: number; wrong: number; examples: string[] }
  | { kind: 'behind' }

const MAX_EXAMPLES = 10

/**
 * An event after the export may explain a difference, if the copy has no versions to tell. So a difference counts only if
 * this many comparisons in a row have found it.
 */
const ROUNDS = 3

/** With more differences than this, one comparison is enough: so many rows do not change meanwhile. */
const MANY = 10_000

/**
 * Compares a copy with its owner's state while both keep changing. It reads an export, waits until the copy has applied
 * everything that is visible in the export, and then compares the copy with each row. Differences are checked again with
 * further exports.
 */
export async function compareCopy(options: CompareOptions, stop: AbortSignal): Promise<Compared> {
  let wrong: ReadonlySet<string> | null = null
  for (let round = 1; ; round++) {
    const compared = await compareOnce(options, stop)
    if (compared === 'behind') return { kind: 'behind' }
    wrong = wrong ? compared.wrong.intersection(wrong) : compared.wrong
    if (round < ROUNDS && wrong.size > 0 && wrong.size <= MANY) continue
    const examples = [...wrong.values().take(MAX_EXAMPLES)]
    return { kind: 'compared', rows: compared.rows, wrong: wrong.size, examples }
  }
}

async function compareOnce(
  { sql, name, openExport, compareRows, until, waitMs }: CompareOptions,
  stop: AbortSignal,
): Promise<{ rows: number; wrong: Set<string> } | 'behind'> {
  using opened = await readExport(openExport, stop)
  const { start, rows } = opened
  const exported = parseSnapshot(start.snapshot)
  const caughtUp = await until(
    async () => {
      const applied = appliedSnapshot(await readConsumerPosition(sql, name))
      return applied?.epoch === start.position.epoch && covers(applied.cur, exported)
    },
    waitMs,
    stop,
  )
  if (!caughtUp) return 'behind'
  const wrong = new Set<string>()
  const compare = async (batch: readonly unknown[], last: boolean) => {
    for (const each of (await compareRows(batch, last)).wrong) wrong.add(each)
  }
  let count = 0
  for await (const batch of rows) {
    await compare(batch, false)
    count += batch.length
  }
  await compare([], true)
  return { rows: count, wrong }
}

export type CompareOptions = {
  /** The consumer's own database. */
  sql: Sql
  name: ConsumerName
  openExport: OpenExport
  compareRows: CompareRows
  until: Waiter['until']
  /** Maximum wait for the copy to catch up with the export. Milliseconds. */
  waitMs: number
}
