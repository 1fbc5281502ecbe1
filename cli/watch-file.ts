import { stat } from 'node:fs/promises'
import { setTimeout } from 'node:timers/promises'

/** How often the file is looked at, in milliseconds. */
const INTERVAL_MS = 1_000

/** What tells one state of a file from the next, by name: it may be replaced by another file, as deployments do. */
export async function versionOf(file: string): Promise<string> {
  const { ino, size, mtimeMs } = await stat(file)
  return `${ino} ${size} ${mtimeMs}`
}

/**
 * Calls whenever a file has changed; a file that is not there has not. The calls come one after the other. Disposing
 * waits for the last.
 *
 * @param seen the version that was read already
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
