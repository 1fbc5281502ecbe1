import { Writable } from 'node:stream'
import { pino } from 'pino'
import type { Log } from '../../platform/log.ts'

export type LogLine = Record<string, unknown> & { msg?: string }

/** A log that a test can read. */
export function captureLog(): { log: Log; lines: LogLine[]; text(): string } {
  let text = ''
  const lines: LogLine[] = []
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk.toString()
      lines.push(JSON.parse(chunk.toString()) as LogLine)
      done()
    },
  })
  return { log: pino({ level: 'info' }, stream), lines, text: () => text }
}
