import type { Change } from '../changes/change.ts'
import { OPERATION_INVALID, type ChangeException } from '../changes/options.ts'
import { exceptionFor, uselessExceptions, type ExceptionTerms } from '../exceptions/apply-exceptions.ts'
import { parseCoordinate } from '../changes/coordinates.ts'
import type { DatedException } from '../exceptions/dated-exception.ts'
import type { Finding } from '../finding.ts'
import type { InvalidOperation } from './invalid-operations.ts'

/** The breaking changes that the config allows. */
export type AllowedChanges = {
  /** What a finding becomes if an exception allows its change. Null if none does. */
  allow(change: Change, finding: Finding): Finding | null
  /** The same for an operation: an exception names the operation, or what makes it invalid. */
  allowInvalid(operation: InvalidOperation): Finding | null
  /** About exceptions that have expired, or that allow nothing. */
  findings: readonly Finding[]
}

/** After the merge, no run finds the change any more. Unlike in lint, a needless exception must not fail the next change. */
const EXCEPTIONS: ExceptionTerms = {
  prefix: 'changes',
  what: 'breaking change',
  unused: 'warning',
  remedies: {
    expired: 'Undo the change, or agree on a later date.',
    unused:
      'Remove it from the config if the change is merged. Otherwise correct its code or its coordinate.',
  },
}

/** @param today in UTC, as `YYYY-MM-DD` */
export function allowedChanges(
  breaking: readonly Change[],
  configured: readonly ChangeException[],
  invalid: readonly InvalidOperation[],
  today: string,
): AllowedChanges {
  const exceptions = configured.map(({ change, ...exception }) => ({ code: change, ...exception }))
  const targetsOfInvalid = invalid.flatMap((operation) => [
    nameTarget(operation),
    ...exceptions.filter((one) => operation.failures.some((failure) => isCause(one, failure))),
  ])
  return {
    allow(change, finding) {
      const exception = exceptionFor(targetOf(change), exceptions, today)
      if (!exception) return null
      return allowed(finding, exception)
    },
    allowInvalid(operation) {
      const named = exceptionFor(nameTarget(operation), exceptions, today)
      if (named) return allowed(operation.finding, named)
      const causes = operation.failures.map((failure) =>
        exceptions.find((exception) => exception.until >= today && isCause(exception, failure)),
      )
      const [cause] = causes
      return cause && causes.every(Boolean) ? allowed(operation.finding, cause) : null
    },
    findings: uselessExceptions(
      [...breaking.map(targetOf), ...targetsOfInvalid],
      exceptions,
      today,
      EXCEPTIONS,
    ),
  }
}

function allowed(finding: Finding, { until, reason }: DatedException): Finding {
  const message = `${finding.message} An exception allows it until ${until}: ${reason}`
  return { ...finding, severity: 'warning', message, remedy: null }
}

const nameTarget = ({ name, finding }: InvalidOperation) => ({ code: finding.code, coordinate: name })

/**
 * Whether an error of validation is about the coordinate of an exception. After the merge there is no change any more, but
 * operations that it made invalid may still be sent. Errors name a field by `"bio"` and its type by `"User"`, or both by
 * `"User.bio"`; those about two fields of one name do not name the type.
 */
function isCause({ code, coordinate }: DatedException, failure: string): boolean {
  if (code === OPERATION_INVALID) return false
  const { type, member, argument } = parseCoordinate(coordinate)
  const names = (name: string) => failure.includes(`"${name}"`)
  if (argument !== undefined) return names(argument) && (names(`${type}.${member}`) || names(`${member}`))
  if (member === undefined) return names(type)
  return names(`${type}.${member}`) || (names(member) && (names(type) || / conflict /.test(failure)))
}

/** The removal of a subgraph has no coordinate: its exception names the subgraph. */
const targetOf = ({ code, coordinate, subgraph }: Change) => ({ code, coordinate: coordinate ?? subgraph })
