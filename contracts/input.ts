import { invalidInput, type Failure, type InputIssue } from './failure.ts'
import { parseIdOf, type IdPrefix, type Uuid } from './ids.ts'

export const MAX_IDEMPOTENCY_KEY = 200

/**
 * A visible character: not white space, not a control or format character, and not default-ignorable (Hangul fillers,
 * variation selectors, joiners). Three blank characters have none of these properties: the empty Braille pattern, the
 * Khitan filler and the musical null notehead.
 */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Z}\p{Cc}\p{Cf}\u2800\u{16fe4}\u{1d159}]/u

/**
 * Collects all faults of a mutation's input, to report them at once. A reader returns its value even if it is invalid. Use
 * no value before `failure()` has returned null.
 */
export class InputChecker {
  readonly #issues: InputIssue[] = []

  /** Adds the fault of a field, if any. */
  check(field: string, fault: string | null): void {
    if (fault !== null) this.#issues.push({ path: ['input', field], message: fault })
  }

  /** Parses a global id of one type. */
  id(prefix: IdPrefix, field: string, value: string): Uuid {
    const uuid = parseIdOf(prefix, value)
    this.check(field, uuid ? null : idFault(prefix, value))
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

/** The message for an invalid id of one type. */
export function idFault(prefix: IdPrefix, value: string): string {
  return `${quote(value)} is not the id of a ${prefix}: ${prefix}_ and 26 letters and digits. Use an id from the API.`
}

/** Whether Postgres can store the text: no NUL, no lone surrogate. */
export function isStorable(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** The fault of a text field, or null. The length is in code points. */
export function textFault(text: string, min: number, max: number): string | null {
  if (!text.isWellFormed()) return 'The text contains half of a surrogate pair (a broken emoji). Remove it.'
  if (text.includes('\0')) return 'The text contains a NUL character. Remove it.'
  const length = Array.from(text).length
  const needed = min === 1 ? 'at least 1 character is' : `at least ${min} characters are`
  if (length > max) return `The text has ${length} characters; at most ${max} are allowed.`
  if (min > 0 && !VISIBLE.test(text)) return `The text must not be blank: ${needed} needed.`
  return length < min
    ? `The text has ${length === 1 ? '1 character' : `${length} characters`}; ${needed} needed.`
    : null
}

/** A value for messages: quoted, and shortened if it is long. */
export function quote(value: string): string {
  return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…` : value)
}
