import { place, type Checker } from './history.ts'

type At = { epoch: number; offset: number }

/** No event of a key is applied before an earlier one of the key, whether that is still parked or was redriven. */
export const overtaking: Checker = ({ effects, parked }) => {
  const faults: string[] = []
  const last = new Map<string, At>()
  for (const { key, operation, at } of effects) {
    if (!at) continue
    const before = last.get(key)
    if (before && precedes(at, before)) {
      faults.push(`${key}: ${operation}, at ${place(at)}, was applied after ${place(before)}`)
    } else last.set(key, at)
  }
  for (const waiting of parked) {
    const before = last.get(waiting.key)
    if (before && precedes(waiting, before)) {
      faults.push(`${waiting.key}: ${place(waiting)} is parked, and ${place(before)} was applied`)
    }
  }
  return faults
}

function precedes(a: At, b: At): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.offset < b.offset)
}
