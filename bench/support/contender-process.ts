/** Message of a contender to the session, over the IPC channel between them. */
export type Report =
  | { kind: 'ready'; port: number }
  /** CPU time of all threads since the start, resident memory, and heap (after a collection if one was possible). */
  | { kind: 'usage'; cpuMs: number; rssMb: number; heapMb: number }

/** Request for usage data. `collect` runs the garbage collector first. */
export type Question = 'usage' | 'collect'

/** Message of the session to a contender: first the settings, once; then questions. */
export type Message<Settings> = { settings: Settings } | { question: Question }

const MB = 2 ** 20

/**
 * Main function of a contender. It receives its settings, serves, reports its usage on request, and exits when the
 * session has exited.
 *
 * @param serve resolves to the port that it listens on
 */
export async function contend<Settings>(serve: (settings: Settings) => Promise<number>): Promise<void> {
  // Exits with `process.exit` instead of being killed, so that a CPU profile is written.
  process.once('disconnect', () => process.exit(0))
  process.on('SIGINT', () => {})
  const { promise: told, resolve } = Promise.withResolvers<Settings>()
  process.on('message', (message: Message<Settings>) => {
    if ('settings' in message) return resolve(message.settings)
    if (message.question === 'collect') globalThis.gc?.()
    tell(usage())
  })
  tell({ kind: 'ready', port: await serve(await told) })
}

function usage(): Report {
  const { user, system } = process.cpuUsage()
  const { rss, heapUsed } = process.memoryUsage()
  return { kind: 'usage', cpuMs: (user + system) / 1000, rssMb: rss / MB, heapMb: heapUsed / MB }
}

function tell(report: Report): void {
  process.send?.(report)
}
