import { validate, type GraphQLSchema } from 'graphql'
import type { Change } from '../changes/change.ts'
import type { Finding, Place } from '../finding.ts'
import { OPERATION_INVALID } from '../changes/options.ts'
import { affects } from './affects.ts'
import type { KnownOperation } from './known-operation.ts'
import { placeAt } from './operation-place.ts'
import { first, type RecordedUse } from './recorded-uses.ts'
import { withoutRoot } from './without-root.ts'
import type { TrustedOperation } from './trusted-operations.ts'

export type TrustedUse = { at: TrustedOperation; operation: KnownOperation }

/** An operation that is not valid in the head. */
export type InvalidOperation = {
  /** Null if it has none. */
  name: string | null
  /** The errors of validation that an exception must cover. */
  failures: readonly string[]
  finding: Finding
}

/**
 * The operations that no breaking change affects, and that are not valid any more: for example, two fields of one name whose
 * types can no longer be merged, because one of them is now non-null. Also the trusted operations that were not valid before:
 * no change of what they use can be judged.
 *
 * @param since requests before this do not count. In ms since 1970
 */
export function invalidOperations(
  breaking: readonly Change[],
  trusted: readonly TrustedUse[],
  recorded: readonly RecordedUse[],
  since: number,
  head: GraphQLSchema,
): InvalidOperation[] {
  const isMissed = ({ operation }: { operation: KnownOperation }) =>
    operation.valid() &&
    operation.failures().length > 0 &&
    !breaking.some((change) => affects(change, operation))
  return [
    ...trusted.flatMap((one) => {
      if (isMissed(one)) return [failingTrusted(one)]
      const { operation } = one
      return operation.valid() || operation.errors().length === 0 ? [] : [invalidBefore(one, head)]
    }),
    ...recorded
      .filter((one) => one.lastUsed >= since && isMissed(one))
      .map((one) => failingRecorded(one, since)),
  ]
}

const INVALID = { code: OPERATION_INVALID, severity: 'error', subgraph: null } as const
const KEEP = 'Keep what it uses, or change the operation first.'

function failingTrusted({ at, operation }: TrustedUse): InvalidOperation {
  const message = `The operation ${at.name} is valid in the base and not in the head.`
  const place = { file: at.file, line: at.line, column: 1 }
  const failures = operation.failures()
  const finding = { ...INVALID, message, coordinate: at.name, place, evidence: failures, remedy: KEEP }
  return { name: at.name, failures, finding }
}

function failingRecorded({ operation, clients }: RecordedUse, since: number): InvalidOperation {
  const message = `The recorded operation ${operation.name} is valid in the base and not in the head.`
  const failures = operation.failures()
  const evidence = [...failures, ...first(clients(since))]
  const { named: name } = operation
  return {
    name,
    failures,
    finding: { ...INVALID, message, coordinate: name, place: null, evidence, remedy: KEEP },
  }
}

function invalidBefore({ at, operation }: TrustedUse, head: GraphQLSchema): InvalidOperation {
  const failures = operation.errors()
  const [failure = '', ...others] = failures
  const message = `The operation ${at.name} is valid neither in the base nor in the head: ${failure}`
  const remedy = 'Correct the operation, or remove it if no client sends it any more.'
  const place = placeOfFirst(at, head) ?? { file: at.file, line: at.line, column: 1 }
  const finding = { ...INVALID, message, coordinate: at.name, place, evidence: others, remedy }
  return { name: at.name, failures, finding }
}

function placeOfFirst({ document }: TrustedOperation, schema: GraphQLSchema): Place | null {
  const [error] = validate(schema, document)
  const node = (error ?? withoutRoot(schema, document)[0])?.nodes?.[0]
  return node ? placeAt(node) : null
}
