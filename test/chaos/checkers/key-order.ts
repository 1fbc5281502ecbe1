import { place, type Checker, type LoggedRecord } from './history.ts'

/** Each reader receives the events of a key in the order in which they happened. */
export const keyOrder: Checker = ({ seen, log }) => {
  const readers = Map.groupBy(seen, ({ reader }) => reader)
  return [...new Set([...readers.values(), log].flatMap(inversions))]
}

/**
 * A repeated record is not an inversion, because its offset was read before. A reader that goes back to an earlier page,
 * as after a rebuild from an export, is checked from the beginning.
 */
function inversions(records: readonly LoggedRecord[]): string[] {
  const last = new Map<string, number>()
  const had = new Set<string>()
  let passed = 0
  return records.flatMap((record) => {
    const { event, offset } = record
    if (offset < passed) last.clear()
    passed = offset
    if (!event || event.turn === null || had.has(place(record))) return []
    had.add(place(record))
    const before = last.get(event.key) ?? 0
    last.set(event.key, Math.max(before, event.turn))
    if (event.turn >= before) return []
    return [`${event.key}: change ${event.turn} comes after change ${before}, at ${place(record)}`]
  })
}
