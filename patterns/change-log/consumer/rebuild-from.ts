import { itemLockKey } from '../../../contracts/advisory-locks.ts'
import type { ConsumerName, Transact } from './handler.ts'
import { readConsumerPosition } from './consumer-position.ts'
import { readExport, type OpenExport } from '../export/export-text.ts'
import { type ExportStart, rebuild } from '../export/export.ts'
import type { Sql } from '../sql-port.ts'

/** What a consumer keeps of the owner's state. */
export type Copy = {
  /** Removes what it has of one owner. */
  clear(tx: Sql, source: string): Promise<void>
  /** Adds rows of an export, which belong to its `start`. */
  add(tx: Sql, rows: readonly unknown[], start: ExportStart): Promise<void>
  /** Called after the last row. */
  end?(tx: Sql, start: ExportStart): Promise<void>
}

export type RebuildFrom = {
  name: ConsumerName
  /** On a connection whose transactions may idle for as long as the export takes. */
  transact: Transact
  openExport: OpenExport
  copy: Copy
}

/** `elsewhere`: another process rebuilds it just now, or has done so. */
export type RebuiltFrom = { kind: 'rebuilt'; rows: number; start: ExportStart } | { kind: 'elsewhere' }

/**
 * Builds a consumer anew from the owner's export, in one transaction, whether or not it is running. It is held where it is
 * before the export begins, so it never goes back: what was fresh for a reader stays so.
 *
 * @param unlessNewer the build that is to be replaced: if there is another by now, that one stays
 */
export async function rebuildFrom(
  { name, transact, openExport, copy }: RebuildFrom,
  stop: AbortSignal,
  unlessNewer?: number | null,
): Promise<RebuiltFrom> {
  return transact(async (tx) => {
    if (!(await hold(tx, name))) return { kind: 'elsewhere' }
    if (unlessNewer !== undefined && (await readBuild(tx, name)) !== unlessNewer) return { kind: 'elsewhere' }
    using opened = await readExport(openExport, stop)
    const { start, rows } = opened
    let count = 0
    await rebuild(
      (run) => run(tx),
      name,
      start,
      async () => {
        await copy.clear(tx, name.source)
        for await (const batch of rows) {
          await copy.add(tx, batch, start)
          count += batch.length
        }
        await copy.end?.(tx, start)
      },
    )
    return { kind: 'rebuilt', rows: count, start }
  })
}

/** One process at a time, also while there is no row to lock yet. The consumer waits, and is then fenced. */
async function hold(tx: Sql, { consumer, source }: ConsumerName): Promise<boolean> {
  const [row] = await tx<{ held: boolean }>(
    `select pg_try_advisory_xact_lock(${itemLockKey('rebuild', "$1 || ' ' || $2")}) as held`,
    consumer,
    source,
  )
  if (!row?.held) return false
  await tx('select 1 from consumer_offset where consumer = $1 and source = $2 for update', consumer, source)
  return true
}

/** How often a consumer was built; null when never. */
export async function readBuild(sql: Sql, name: ConsumerName): Promise<number | null> {
  return (await readConsumerPosition(sql, name))?.build ?? null
}
