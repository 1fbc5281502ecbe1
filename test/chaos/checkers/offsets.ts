import { allRecords, place, type Checker, type History, type LoggedRecord } from './history.ts'

/** Offsets have no gaps, and each has only one record. */
export const offsets: Checker = (history) => [...holes(history), ...secondRecords(history)]

function holes({ log }: History): string[] {
  return log.flatMap((record, i) => {
    const before = log[i - 1]
    if (!before || record.offset === before.offset + 1) return []
    return [`the log goes from ${place(before)} to ${place(record)}`]
  })
}

function secondRecords(history: History): string[] {
  const first = new Map<string, string>()
  const faults = new Set<string>()
  for (const record of allRecords(history)) {
    const [at, held] = [place(record), nameOf(record)]
    const known = first.get(at)
    if (known === undefined) first.set(at, held)
    else if (known !== held) faults.add(`${at} holds ${known}, and ${held}`)
  }
  return [...faults]
}

export function nameOf({ event }: LoggedRecord): string {
  return event ? `the event of ${event.operation}` : 'a control record'
}
