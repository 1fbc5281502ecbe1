import { stopSignal } from '../../platform/lifecycle.ts'

const opened: Promise<AsyncDisposable>[] = []

/** Disposes what `opening` opens if the benchmark is stopped by a signal. The process then exits with code 1. */
export function closeOnSignal<Resource extends AsyncDisposable>(
  opening: Promise<Resource>,
): Promise<Resource> {
  if (opened.length === 0) void stopSignal().then(closeAll)
  opened.push(opening)
  return opening
}

/** What could not be opened, or is closed already, needs nothing. */
async function closeAll(): Promise<never> {
  await Promise.allSettled(opened.map(async (opening) => (await opening)[Symbol.asyncDispose]()))
  process.exit(1)
}
