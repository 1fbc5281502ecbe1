import { fail, type Failure } from '../../../contracts/failure.ts'

/** The response to commands on passwords and sessions if an external identity provider is configured. */
export function externalIdentity(issuer: string): Failure {
  const provider = JSON.stringify(issuer)
  return fail(
    'FORBIDDEN',
    [],
    `Sign in with your identity provider (${provider}) and send its access token. It manages passwords and sessions.`,
  )
}

/** The same text for every cause, so that it does not reveal which handles exist. */
export function invalidCredentials(path: string[], message: string): Failure {
  return fail('INVALID_CREDENTIALS', path, message)
}
