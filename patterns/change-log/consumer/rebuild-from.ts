import { itemLockKey } from '../../../contracts/advisory-locks.ts'
import type { ConsumerName } from './handler.ts'
import { readConsumerPosition } from './consumer-position.ts'
import { readExport, type OpenExport } from '../export/export-text.ts'
import { type ExportStart, rebuild } from '../export/export.ts'
import type { Sql, Transact } from '../../../contracts/sql.ts'

/** A consumer's copy of its owner's state. */
export type Copy = {
  /** Removes everything that was copied from one owner. */
  clear(tx: Sql, source: string): Promise<void>
  /** Adds rows of an export. `start` is the start of that export. */
  add(tx: Sql, rows: readonly unknown[], start: ExportStart): Promise<void>
  /** Called after the last row. */
  end?(tx: Sql, start: ExportStart): Promise<void>
}

export type RebuildFrom = {
  name: ConsumerName
  /** Uses a connection on which a transaction may be idle for as long as the export takes. */
  transact: Transact
  openExport: OpenExport
  copy: Copy
}

/** `elsewhere`: another process is rebuilding the consumer, or has rebuilt it. */
export type RebuiltFrom = { kind: 'rebuilt'; rows: number; start: ExportStart } | { kind: 'elsewhere' }

/**
 * Rebuilds a consumer from the owner's export, in one transaction. The consumer may be running. It is held at its position
 * before the export begins, so it never goes back: data that was fresh for a reader stays fresh.
 *
 * @param unlessNewer the build that is to be replaced. If the consumer has another build by now, that one is kept
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

/** Lets one process at a time rebuild, even if there is no row to lock yet. A running consumer waits, and is then fenced. */
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

/** The build number of a consumer. Null if it was never begun. */
export async function readBuild(sql: Sql, name: ConsumerName): Promise<number | null> {
  return (await readConsumerPosition(sql, name))?.build ?? null
}
