import { textFault } from '../../../contracts/input.ts'

const MIN_PASSWORD = 8
const MAX_PASSWORD = 200

/** The fault of a new password, or null. The length is in code points. */
export function newPasswordFault(password: string): string | null {
  return textFault(password, MIN_PASSWORD, MAX_PASSWORD)
}

/** The fault of a password to verify, or null. Only checks what no stored password can be. */
export function givenPasswordFault(password: string): string | null {
  return textFault(password, 0, MAX_PASSWORD)
}
