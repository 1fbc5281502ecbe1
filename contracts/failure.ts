import type { PayloadErrorCode } from './errors.ts'

/**
 * An expected failure of a command, as a value. It has the fields of the GraphQL type that `contracts/errors.ts` names for
 * its code, so a resolver can return it unchanged.
 */
export type Failure =
  | (Base<'INVALID_INPUT'> & { issues: InputIssue[] })
  | (Base<'STALE_VERSION'> & { currentVersion: number })
  | Base<Exclude<PayloadErrorCode, 'INVALID_INPUT' | 'STALE_VERSION'>>

export type InputIssue = { path: string[]; message: string }
/** `path` is the path of the invalid argument, for example `['input', 'handle']`. */
type Base<Code extends PayloadErrorCode> = { failure: true; code: Code; path: string[]; message: string }

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failure' in value && value.failure === true
}

/** One failure with all issues of an input, so that a form can show them at once. */
export function invalidInput(issues: InputIssue[]): Failure {
  const message = issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')
  return { failure: true, code: 'INVALID_INPUT', path: ['input'], message, issues }
}

export function staleVersion(expected: number, currentVersion: number): Failure {
  const message = `The object is at version ${currentVersion}, not ${expected}. Read it again, then try again.`
  return { failure: true, code: 'STALE_VERSION', path: ['input', 'expectedVersion'], message, currentVersion }
}

export function unauthenticated(): Failure {
  return fail('UNAUTHENTICATED', [], 'Sign in, and send the access token as `Authorization: Bearer …`.')
}

/** A failure that has only code, path and message. */
export function fail(
  code: Exclude<PayloadErrorCode, 'INVALID_INPUT' | 'STALE_VERSION'>,
  path: string[],
  message: string,
): Failure {
  return { failure: true, code, path, message }
}
