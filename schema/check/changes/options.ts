import { z } from 'zod'
import { parseSection, type ParsedSection } from '../config/parse-section.ts'
import { EXCEPTION_KEYS, type DatedException } from '../exceptions/dated-exception.ts'
import { CHANGE_CODES } from './explanations.ts'

/** Allows one breaking change for some time, although clients use what it breaks, or although their use is unknown. */
export type ChangeException = Omit<DatedException, 'code'> & {
  /** Code of the change, such as `FIELD_REMOVED`, or `OPERATION_INVALID`. */
  change: string
}

export type ChangeOptions = { exceptions: readonly ChangeException[] }

/** The code of a finding about an operation that is not valid. An exception of it has the operation's name as its coordinate. */
export const OPERATION_INVALID = 'OPERATION_INVALID'

const change = z.enum([...CHANGE_CODES, OPERATION_INVALID], {
  error: ({ input }) =>
    `expected the code of a breaking change, as the check prints it, such as FIELD_REMOVED; found ${JSON.stringify(input)}`,
})

const Options = z.strictObject({
  exceptions: z.array(z.strictObject({ change, ...EXCEPTION_KEYS })).default([]),
})

/** Parses the value of `changes` in a config. Undefined means no exceptions. */
export function parseChangeOptions(value: unknown): ParsedSection<ChangeOptions> {
  return parseSection(Options, value)
}
