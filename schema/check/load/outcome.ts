import { relative } from 'node:path'
import { type Place } from '../finding.ts'

/** Something that keeps a check from being judged, such as a missing file. `message` is one line. */
export type Fault = { message: string; place: Place | null }

export type Outcome<Value> = { ok: true; value: Value } | { ok: false; faults: readonly Fault[] }

export const success = <Value>(value: Value): Outcome<Value> => ({ ok: true, value })

export function failure(message: string, place: Place | null = null): Outcome<never> {
  return { ok: false, faults: [{ message: message.replaceAll(/\s*\n\s*/g, ' '), place }] }
}

/** All values, or the faults of all. */
export function allOf<Value>(outcomes: readonly Outcome<Value>[]): Outcome<Value[]> {
  const faults = outcomes.flatMap((outcome) => (outcome.ok ? [] : outcome.faults))
  if (faults.length > 0) return { ok: false, faults }
  return success(outcomes.flatMap((outcome) => (outcome.ok ? [outcome.value] : [])))
}

/** A path as it is shown: relative to the working directory if it is inside of it. */
export function shownPath(path: string): string {
  const inside = relative(process.cwd(), path)
  return /^\.\.(\/|$)/.test(inside) ? path : inside
}
