import { pause } from '../patterns/change-log/index.ts'
import type { Log } from '../platform/log.ts'

export type BackgroundLoopOptions = {
  /** For the log: `requests to follow cannot expire`. */
  failure: string
  /** One step of the work, with its wait for more. @returns whether there may be more */
  step: (stop: AbortSignal) => Promise<boolean>
  /** Wait after an error. Milliseconds. */
  retryMs: number
  log: Pick<Log, 'warn'>
}

/** `finished` resolves when there is no more work, or after the disposal. */
export type BackgroundLoop = AsyncDisposable & { finished: Promise<void> }

/** Repeats a step until it has no more work, or until disposed. A step that fails is repeated; a persistent error is logged once. */
export function backgroundLoop({ failure, step, retryMs, log }: BackgroundLoopOptions): BackgroundLoop {
  const stopping = new AbortController()
  const stop = stopping.signal

  async function run(): Promise<void> {
    let reported = ''
    for (let more = true; more && !stop.aborted;) {
      try {
        more = await step(stop)
        reported = ''
      } catch (error) {
        const reason = String(error)
        if (reason !== reported && !stop.aborted) log.warn({ err: error }, `${failure}, retrying`)
        reported = reason
        await pause(retryMs, stop)
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
