import { stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

/** Polling interval, in milliseconds. */
const INTERVAL_MS = 1_000

/** Identifies the version of the file at a path. A deployment may replace the file by another one. */
export async function versionOf(file: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(file)
  return `${ino} ${size} ${mtimeMs}`
}

/**
 * Calls `onChange` after each change of a file. A missing file is not a change. Calls do not overlap. Disposing waits for
 * the last call.
 *
 * @param seen the version that the caller has already read
 */
export function watchFile(file: string, seen: string, onChange: () => Promise<void>): AsyncDisposable {
  const stop = new AbortController()
  const watching = watch(file, seen, onChange, stop.signal)
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await watching
    },
  }
}

async function watch(file: string, seen: string, onChange: () => Promise<void>, signal: AbortSignal) {
  let last = seen
  while (!signal.aborted) {
    await setTimeout(INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined)
    const now = signal.aborted ? last : await versionOf(file).catch(() => last)
    if (now === last) continue
    last = now
    await onChange()
  }
}
