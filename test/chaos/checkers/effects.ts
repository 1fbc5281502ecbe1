import { place, type Checker } from './history.ts'

/** Each event of the log has its effect exactly once. Parked events have none yet. */
export const effects: Checker = (history) => {
  const counts = new Map<string, number>()
  for (const { operation } of history.effects) counts.set(operation, (counts.get(operation) ?? 0) + 1)
  const parked = new Set(history.parked.map(place))
  const twice = [...counts]
    .filter(([, count]) => count > 1)
    .map(([operation, count]) => `${operation} was applied ${count} times`)
  const never = history.log.flatMap((record) => {
    if (!record.event || parked.has(place(record)) || counts.has(record.event.operation)) return []
    return [`${record.event.operation}, at ${place(record)}, was never applied`]
  })
  return [...twice, ...never]
}
