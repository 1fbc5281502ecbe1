/** What a contender tells the session, over the IPC channel it was spawned with. */
export type Report =
  | { kind: 'ready'; port: number }
  /** CPU time of all threads since the start, resident memory, and heap after a collection if one could be made. */
  | { kind: 'usage'; cpuMs: number; rssMb: number; heapMb: number }

/** What the session asks a contender; `collect` runs the garbage collector first. */
export type Question = 'usage' | 'collect'

/** What the session tells a contender: once its settings, then questions. */
export type Message<Settings> = { settings: Settings } | { question: Question }

const MB = 2 ** 20

/**
 * The whole life of a contender: is told its settings, serves, answers questions about its usage, and
 * exits when the session is gone.
 *
 * @param serve resolves to the port it listens on
 */
export async function contend<Settings>(serve: (settings: Settings) => Promise<number>): Promise<void> {
  // Not killed: by `process.exit` a CPU profile is written.
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
