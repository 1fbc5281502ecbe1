import { allRecords, place, type Checker, type Operation } from './history.ts'

/** Acknowledged operations are in the log once, failed ones never, and unknown ones at most once. */
export const acknowledged: Checker = (history) => {
  const places = new Map<string, Set<string>>()
  for (const record of allRecords(history)) {
    if (!record.event) continue
    const { operation } = record.event
    places.set(operation, (places.get(operation) ?? new Set()).add(place(record)))
  }
  return history.operations.flatMap((operation) => faultOf(operation, [...(places.get(operation.id) ?? [])]))
}

function faultOf({ id, outcome }: Operation, at: readonly string[]): string[] {
  if (at.length > 1) return [`${id} is in the log ${at.length} times: ${at.join(', ')}`]
  if (outcome === 'ok' && at.length === 0) return [`${id} was acknowledged and never came into the log`]
  if (outcome === 'failed' && at.length === 1) return [`${id} has failed and is in the log at ${at[0]}`]
  return []
}
