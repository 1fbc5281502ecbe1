import type { ConsumerName } from './handler.ts'
import { readExport } from '../export/export-text.ts'
import type { OpenExport } from '../export/export-text.ts'
import { covers, parseSnapshot } from '../snapshot.ts'
import type { Sql } from '../sql-port.ts'
import { appliedSnapshot, readConsumerPosition } from './consumer-position.ts'
import type { Waiter } from './wait-fresh.ts'

/** What the copy has of rows of an export: `wrong` names those that differ in a way that no later event explains. */
export type CompareRows = (rows: readonly unknown[]) => Promise<{ wrong: readonly string[] }>

/**
 * - `compared`: the copy has all of the export; `wrong` names the first of those rows it has otherwise, or not at all
 * - `behind`: it has not come as far as the export in the time it was given
 */
export type Compared =
  | { kind: 'compared'; rows: number; wrong: number; examples: string[] }
  | { kind: 'behind' }

const MAX_EXAMPLES = 10

/**
 * Compares a copy with its owner's state, while both go on changing: reads an export, and once the copy has everything
 * that is visible in it, row by row what the copy has.
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
  /** Longest wait for the copy to come as far as the export. Milliseconds. */
  waitMs: number
}
