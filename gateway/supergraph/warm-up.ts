import type { RecentOperation } from '../execution/plan-cache.ts'
import type { LoadedSupergraph } from './load-supergraph.ts'

/** Longest time that a new supergraph waits for the operations of the one before to be planned, in milliseconds. */
const TIMEOUT_MS = 10_000

/** Plans and compiles what clients will ask for next, as far as it is still valid and there is time. */
export async function warmUp(
  graph: LoadedSupergraph,
  recent: readonly RecentOperation[],
  isInVain: () => boolean,
): Promise<void> {
  const began = performance.now()
  // The newest last, so that it is the last to be forgotten.
  for (const operation of recent.toReversed()) {
    if (isInVain() || performance.now() - began > TIMEOUT_MS) return
    const document = graph.operations.documentOf(operation.source) ?? graph.parseValid(operation.source)
    // What cannot be planned is told to whoever asks for it.
    if (document) await graph.operations.warm(document, operation).catch(() => undefined)
  }
}
