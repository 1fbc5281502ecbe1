import { invalidInput, type Failure, type InputIssue } from './failure.ts'
import { parseIdOf, type IdPrefix, type Uuid } from './ids.ts'

export const MAX_IDEMPOTENCY_KEY = 200

/**
 * Collects every fault of a mutation's input, so that all are reported at once. Each reader returns its value even
 * when it is faulty; use none of them before `failure()` has returned null.
 */
export class InputChecker {
  readonly #issues: InputIssue[] = []

  /** Adds a fault of one field, if there is one. */
  check(field: string, fault: string | null): void {
    if (fault !== null) this.#issues.push({ path: ['input', field], message: fault })
  }

  /** Reads a global id of one type. */
  id(prefix: IdPrefix, field: string, value: string): Uuid {
    const uuid = parseIdOf(prefix, value)
    this.check(
      field,
      uuid ? null : `${quote(value)} is not an id of this type. Pass one that starts with ${prefix}_.`,
    )
    return uuid ?? ''
  }

  idempotencyKey(key: string | null | undefined): string | null {
    if (key == null) return null
    const fits = key.length > 0 && key.length <= MAX_IDEMPOTENCY_KEY && isStorable(key)
    this.check('idempotencyKey', fits ? null : `Use 1 to ${MAX_IDEMPOTENCY_KEY} characters, without NUL.`)
    return key
  }

  failure(): Failure | null {
    return this.#issues.length > 0 ? invalidInput(this.#issues) : null
  }
}

/** Whether Postgres can keep the text: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/**
 * The fault of a text field, or null. Length counts code points, as a person counts characters.
 */
export function textFault(text: string, min: number, max: number): string | null {
  if (!text.isWellFormed()) return 'The text contains half of a surrogate pair (a broken emoji). Remove it.'
  if (text.includes('\0')) return 'The text contains a NUL character. Remove it.'
  const length = [...text].length
  if (length > max) return `The text has ${length} characters; at most ${max} are allowed.`
  if (text.trim().length === 0 && min > 0) return `The text is empty; at least ${min} character is needed.`
  return length < min ? `The text has ${length} characters; at least ${min} are needed.` : null
}

/** A value as messages show it: quoted, and cut where it is long. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value)
}
