import { fail, type Failure } from '../../../contracts/failure.ts'

/** Answers commands on passwords and sessions where an external identity provider signs people in. */
export function externalIdentity(issuer: string): Failure {
  const provider = JSON.stringify(issuer)
  return fail(
    'FORBIDDEN',
    [],
    `Sign in with your identity provider (${provider}) and send its access token; passwords and sessions are kept there.`,
  )
}

/** The same whatever was wrong, so that nobody learns which handles exist. */
export function invalidCredentials(path: string[], message: string): Failure {
  return fail('INVALID_CREDENTIALS', path, message)
}
