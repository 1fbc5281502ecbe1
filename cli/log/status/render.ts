import type { Position } from '../../../patterns/change-log/index.ts'
import { count, duration, plain } from '../plain.ts'
import type { ConsumerReport, LogReport, StreamReport } from './report.ts'

/** Width of the first column, in characters. */
const WIDTH = 10

/** Renders a report as lines of text. */
export function renderReport({ database, state, log, stream, consumers, needs }: LogReport): string[] {
  const facts: string[] = [state]
  const lines: string[] = []
  if (log) {
    const { begin, end, tickAgeMs, outbox, unpublished } = log
    facts.push(`epoch ${end.epoch}`, `offsets ${begin.offset + 1} to ${end.offset}`)
    facts.push(`last tick ${duration(tickAgeMs)} ago`)
    const missing =
      unpublished.oldestMs === null
        ? 'all in ticks'
        : `${count(unpublished.events, 'event')} in no tick yet, the oldest ${duration(unpublished.oldestMs)} old`
    lines.push(`outbox: about ${count(outbox.rows, 'row')}, ${megabytes(outbox.bytes)}; ${missing}`)
  }
  if (stream) lines.push(`redis: ${describeStream(stream)}`)
  lines.push(...consumers.map(describeConsumer))
  return [
    `${database.padEnd(WIDTH)}${facts.join(', ')}`,
    ...lines.map((line) => ' '.repeat(WIDTH) + plain(line)),
    ...needs.map((need) => `! ${plain(need)}`),
  ]
}

function describeStream({ top, lag, fault }: StreamReport): string {
  if (fault !== null) return fault
  if (!top) return 'empty'
  if (!lag) return `at ${place(top)}`
  return `${count(lag.records, 'record')}, ${duration(lag.ms)} behind`
}

function describeConsumer({
  name,
  service,
  position,
  lag,
  reported,
  parkedKeys,
  drainingKeys,
  waiting,
}: ConsumerReport): string {
  const facts = [
    !position
      ? 'never built'
      : lag
        ? `${count(lag.records, 'record')}, ${duration(lag.ms)} behind`
        : `at ${place(position)}`,
    reported
      ? `reported ${duration(reported.agoMs)} ago${reported.expired ? ', expired' : ''}`
      : 'never reported',
    ...(waiting ? [`waits for another log for ${duration(waiting.ms)}: ${waiting.reason}`] : []),
    ...(parkedKeys ? [count(parkedKeys, 'parked key')] : []),
    ...(drainingKeys ? [`${count(drainingKeys, 'key')} with open work`] : []),
  ]
  return `${name}${service ? ` (in ${service})` : ''}: ${facts.join('; ')}`
}

const place = ({ epoch, offset }: Position) => `offset ${offset} of epoch ${epoch}`

const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
