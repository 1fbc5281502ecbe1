import { acknowledged } from './acknowledged.ts'
import { copy } from './copy.ts'
import { durable } from './durable.ts'
import { effects } from './effects.ts'
import type { Checker, History } from './history.ts'
import { keyOrder } from './key-order.ts'
import { offsets } from './offsets.ts'
import { overtaking } from './overtaking.ts'
import { readYourWrites } from './read-your-writes.ts'

/** All checkers, by the property that they check. */
export const CHECKERS = {
  'acknowledged never lost, failed never seen': acknowledged,
  'offsets dense, one record each': offsets,
  'order of each key': keyOrder,
  'each effect exactly once': effects,
  'no parked key overtaken': overtaking,
  'own writes are read': readYourWrites,
  'nothing seen that is not durable': durable,
  'the copy equals the owner': copy,
} satisfies Record<string, Checker>

export type CheckerName = keyof typeof CHECKERS

export type Verdict = { checker: CheckerName; faults: string[] }

/** The faults that each checker finds in a history. */
export function check(history: History): Verdict[] {
  return Object.entries(CHECKERS).map(([checker, find]) => ({
    checker: checker as CheckerName,
    faults: find(history),
  }))
}
