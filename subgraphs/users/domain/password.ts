import { textFault } from '../../../contracts/input.ts'

const MIN_PASSWORD = 8
const MAX_PASSWORD = 200

/** The fault of a password somebody chooses, or null. Length counts code points. */
export function newPasswordFault(password: string): string | null {
  return textFault(password, MIN_PASSWORD, MAX_PASSWORD)
}

/** The fault of a password somebody proves to know: only what no password can ever have been. */
export function givenPasswordFault(password: string): string | null {
  return textFault(password, 0, MAX_PASSWORD)
}
