import type { ConsumerName } from './handler.ts'
import { readExport } from '../export/export-text.ts'
import type { OpenExport } from '../export/export-text.ts'
import { covers, parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { appliedSnapshot, readConsumerPosition } from './consumer-position.ts'
import type { Waiter } from './wait-fresh.ts'

/** Compares rows of an export with the copy. `wrong` names the rows that differ in a way that no later event explains. */
export type CompareRows = (rows: readonly unknown[]) => Promise<{ wrong: readonly string[] }>

/**
 * - `compared`: the copy has caught up with the export. `wrong` is the number of rows that differ or are missing in the
 *   copy; `examples` names the first of them
 * - `behind`: the copy has not caught up with the export within `waitMs`
 */
export type Compared =
  | { kind: 'compared'; rows: number; wrong: number; examples: string[] }
  | { kind: 'behind' }

const MAX_EXAMPLES = 10

/**
 * Compares a copy with its owner's state while both keep changing. It reads an export, waits until the copy has applied
 * everything that is visible in the export, and then compares the copy with each row.
 */
export async function compareCopy(
  { sql, name, openExport, compareRows, until, waitMs }: CompareOptions,
  stop: AbortSignal,
): Promise<Compared> {
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
  if (!caughtUp) return { kind: 'behind' }
  const compared = { kind: 'compared' as const, rows: 0, wrong: 0, examples: new Array<string>() }
  for await (const batch of rows) {
    const { wrong } = await compareRows(batch)
    compared.rows += batch.length
    compared.wrong += wrong.length
    compared.examples.push(...wrong.slice(0, MAX_EXAMPLES - compared.examples.length))
  }
  return compared
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
