import { inheritedEnv } from '../../platform/config/read-config.ts'
import { stopSignal } from '../../platform/lifecycle.ts'
import { banner } from './banner.ts'
import { createOutput } from './output.ts'
import { readSettings } from './settings.ts'
import { supervise } from './supervise.ts'

/**
 * One Ctrl-C can arrive twice: from the terminal, and forwarded by npm. A signal counts as a second Ctrl-C only after
 * this time. Milliseconds.
 */
const SAME_CTRL_C_MS = 500

/** Runs everything until Ctrl-C or SIGTERM, then stops it in order. A second Ctrl-C kills everything. */
export async function runSupervisor({ verbose }: { verbose: boolean }): Promise<void> {
  const env = inheritedEnv()
  const output = createOutput(
    (text) => void process.stdout.write(text),
    () => new Date(),
    // A user who sets LOG_LEVEL wants to see the log.
    { verbose: verbose || Boolean(env['LOG_LEVEL']) },
  )
  const stopping = new AbortController()
  const parts: { killNow(): void }[] = []
  const stop = (): void => {
    if (!stopping.signal.aborted) output.progress('Stopping. Ctrl-C again kills everything at once.')
    stopping.abort()
  }
  const stopped = stopSignal().then(stop)
  killOnSecondSignal(stopping.signal, parts)
  // The reader of our output has closed the pipe. Stop, so that no process is left running.
  process.stdout.on('error', stop)
  try {
    const settings = readSettings(env)
    await using supervised = await supervise(settings, {
      output,
      signal: stopping.signal,
      onPart: (part) => void parts.push(part),
    })
    process.stdout.write(`${banner({ ...supervised.facts, tookMs: process.uptime() * 1000 })}\n`)
    await Promise.race([stopped, aborted(stopping.signal)])
  } catch (error) {
    if (!stopping.signal.aborted) throw error
  }
  if (stopping.signal.aborted) output.progress('Stopped.')
}

function killOnSecondSignal(stopping: AbortSignal, parts: readonly { killNow(): void }[]): void {
  let first = Number.POSITIVE_INFINITY
  stopping.addEventListener('abort', () => (first = performance.now()))
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (performance.now() - first < SAME_CTRL_C_MS || first === Number.POSITIVE_INFINITY) return
      for (const part of parts.toReversed()) part.killNow()
      process.exit(130)
    })
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  signal.addEventListener('abort', () => resolve(), { once: true })
  if (signal.aborted) resolve()
  return promise
}
