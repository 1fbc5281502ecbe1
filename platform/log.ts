import { createRequire } from 'node:module'
import type { SonicBoom as Writer } from 'sonic-boom'
import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from './config/read-config.ts'

export type Log = Logger

// Its types do not say that Node cannot import it by name.
const { SonicBoom } = createRequire(import.meta.url)('sonic-boom') as { SonicBoom: typeof Writer }

/** The characters that wait for a slow reader. Lines beyond them are dropped. */
const MOST_WAITING = 16 * 1024 * 1024

/** The time that a slow reader has for the remaining lines when the process exits. Milliseconds. */
const EXIT_MS = 1_000

/** Creates the logger of one service. It writes JSON lines to standard output. */
export function createLog(service: string, config: Config<'LOG_LEVEL'>): Log {
  const options = { level: config.LOG_LEVEL, base: { service }, timestamp: pino.stdTimeFunctions.isoTime }
  return pino(options, (standardOutput ??= openStandardOutput()))
}

let standardOutput: DestinationStream | null = null

/**
 * Writes without blocking the event loop, and writes the remaining lines at exit. A reader that has closed its end or has stopped
 * reading does not keep the process alive. With pino's own destination, it does: at exit, that one tries again forever.
 */
function openStandardOutput(): DestinationStream {
  let closed = false
  let deadline = Number.POSITIVE_INFINITY
  const output = new SonicBoom({
    // Reading `process.stdout` makes the descriptor non-blocking. It has no number in a worker thread.
    fd: process.stdout.fd || 1,
    maxLength: MOST_WAITING,
    retryEAGAIN: () => Date.now() < deadline,
  })
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') closed = true
  })
  process.once('exit', () => {
    deadline = Date.now() + EXIT_MS
    try {
      if (!closed) output.flushSync()
    } catch {
      // The reader has closed its end, or was too slow.
    }
  })
  return { write: (line) => void (closed || output.write(line)) }
}
