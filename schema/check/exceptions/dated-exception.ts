import { z } from 'zod'
import { isDate } from '../lint/rules/deprecation.ts'

/** Allows one finding for some time. */
export type DatedException = {
  /** What it allows, such as `lint/naming` or `FIELD_REMOVED`. */
  code: string
  /** Schema coordinate, such as `User.bio`, as the finding shows it. */
  coordinate: string
  /** The last day on which it counts, as `YYYY-MM-DD`, UTC. */
  until: string
  reason: string
}

export const text = z.string({ error: 'expected a text' }).trim().min(1, 'expected a text')

const date = z.preprocess(
  (value) => (value instanceof Date ? value.toISOString().slice(0, 10) : value),
  z.string({ error: 'expected a date, YYYY-MM-DD' }).refine(isDate, 'expected a date, YYYY-MM-DD'),
)

/** The keys of an exception in a config, without the one that says what it allows. */
export const EXCEPTION_KEYS = { coordinate: text, until: date, reason: text }
