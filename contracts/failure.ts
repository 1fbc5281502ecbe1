import type { PayloadErrorCode } from './errors.ts'

/**
 * An expected failure of a command, as a value. Its fields are those of the GraphQL type that `contracts/errors.ts`
 * names for its code, so a resolver can return it as it is.
 */
export type Failure =
  | (Base<'INVALID_INPUT'> & { issues: InputIssue[] })
  | (Base<'STALE_VERSION'> & { currentVersion: number })
  | Base<Exclude<PayloadErrorCode, 'INVALID_INPUT' | 'STALE_VERSION'>>

export type InputIssue = { path: string[]; message: string }
/** `path` leads to the part of the input at fault, for example `['input', 'handle']`. */
type Base<Code extends PayloadErrorCode> = { failure: true; code: Code; path: string[]; message: string }

export function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'failure' in value && value.failure === true
}

/** One failure that carries every issue of an input, so that a form can show them all at once. */
export function invalidInput(issues: InputIssue[]): Failure {
  const message = issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join(' ')
  return { failure: true, code: 'INVALID_INPUT', path: ['input'], message, issues }
}

export function staleVersion(expected: number, currentVersion: number): Failure {
  const message = `The object is at version ${currentVersion}, not ${expected}. Read it again, then repeat.`
  return { failure: true, code: 'STALE_VERSION', path: ['input', 'expectedVersion'], message, currentVersion }
}

export function unauthenticated(): Failure {
  return fail('UNAUTHENTICATED', [], 'Sign in first: send an access token as `Authorization: Bearer …`.')
}

/** Any failure that has nothing to add to code, path and message. */
export function fail(
  code: Exclude<PayloadErrorCode, 'INVALID_INPUT' | 'STALE_VERSION'>,
  path: string[],
  message: string,
): Failure {
  return { failure: true, code, path, message }
}
