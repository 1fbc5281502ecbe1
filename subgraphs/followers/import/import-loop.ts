import type { Transact } from '../../../contracts/sql.ts'
import { pause } from '../../../patterns/change-log/index.ts'
import type { Log } from '../../../platform/log.ts'
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
export function startImport({ transact, log }: ImportOptions): AsyncDisposable & { finished: Promise<void> } {
  const stopping = new AbortController()
  const stop = stopping.signal
  async function run(): Promise<void> {
    let began: number | null = null
    let reported = performance.now()
    while (!stop.aborted) {
      try {
        const step = await importChunk(transact)
        if (step.kind === 'imported') {
          began ??= performance.now()
          if (performance.now() < reported + REPORT_MS) continue
          reported = performance.now()
          log.info({ pairs: step.pairs, total: step.total }, 'older relations are being imported')
        } else if (step.kind === 'done') {
          if (began !== null)
            log.info({ ms: Math.round(performance.now() - began) }, 'older relations are imported')
          return
        } else await pause(RETRY_MS, stop)
      } catch (error) {
        if (!stop.aborted) log.warn({ err: error }, 'older relations could not be imported, retrying')
        await pause(RETRY_MS, stop)
      }
    }
  }
  const finished = run()
  return {
    finished,
    async [Symbol.asyncDispose]() {
      stopping.abort()
      await finished
    },
  }
}
