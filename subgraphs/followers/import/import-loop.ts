import type { Transact } from '../../../contracts/sql.ts'
import { pause } from '../../../patterns/change-log/index.ts'
import type { Log } from '../../../platform/log.ts'
import { backgroundLoop, type BackgroundLoop } from '../../../service/background-loop.ts'
import { importChunk } from './import-chunk.ts'

export type ImportOptions = { transact: Transact; log: Pick<Log, 'info' | 'warn'> }

/** Wait if another process imports, or after an error. Milliseconds. */
const RETRY_MS = 1_000
/** Interval of the log lines about the progress. Milliseconds. */
const REPORT_MS = 10_000

/**
 * Imports relations that are older than the event store, until all are imported or until disposed. If several processes do so,
 * they take turns.
 */
export function startImport({ transact, log }: ImportOptions): BackgroundLoop {
  let began: number | null = null
  let reported = performance.now()
  return backgroundLoop({
    failure: 'older relations cannot be imported',
    retryMs: RETRY_MS,
    log,
    async step(stop) {
      const chunk = await importChunk(transact)
      const now = performance.now()
      if (chunk.kind === 'done') {
        if (began !== null) log.info({ ms: Math.round(now - began) }, 'older relations are imported')
        return false
      }
      if (chunk.kind !== 'imported') {
        await pause(RETRY_MS, stop)
        return true
      }
      began ??= now
      if (now >= reported + REPORT_MS) {
        reported = now
        log.info({ pairs: chunk.pairs, total: chunk.total }, 'older relations are being imported')
      }
      return true
    },
  })
}
