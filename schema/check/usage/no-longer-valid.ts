import type { Change } from '../changes/change.ts'
import type { Finding } from '../finding.ts'
import { affects } from './affects.ts'
import type { KnownOperation } from './known-operation.ts'
import { first, type RecordedUse } from './recorded-uses.ts'
import type { TrustedOperation } from './trusted-operations.ts'

export type TrustedUse = { at: TrustedOperation; operation: KnownOperation }

/**
 * The operations that no breaking change affects, and that are not valid any more: for example, two fields of one name whose
 * types can no longer be merged, because one of them is now non-null.
 *
 * @param since requests before this do not count. In ms since 1970
 */
export function noLongerValid(
  breaking: readonly Change[],
  trusted: readonly TrustedUse[],
  recorded: readonly RecordedUse[],
  since: number,
): Finding[] {
  const isMissed = ({ operation }: { operation: KnownOperation }) =>
    operation.valid() &&
    operation.failures().length > 0 &&
    !breaking.some((change) => affects(change, operation))
  return [
    ...trusted.filter(isMissed).map(failingTrusted),
    ...recorded
      .filter((one) => one.lastUsed >= since && isMissed(one))
      .map((one) => failingRecorded(one, since)),
  ]
}

const INVALID = {
  code: 'OPERATION_INVALID',
  severity: 'error',
  coordinate: null,
  subgraph: null,
  remedy: 'Keep what it uses, or change the operation first.',
} as const

function failingTrusted({ at, operation }: TrustedUse): Finding {
  const message = `The operation ${at.name} is valid in the base and not in the head.`
  const place = { file: at.file, line: at.line, column: 1 }
  return { ...INVALID, message, place, evidence: operation.failures() }
}

function failingRecorded({ operation, clients }: RecordedUse, since: number): Finding {
  const message = `The recorded operation ${operation.name} is valid in the base and not in the head.`
  return { ...INVALID, message, place: null, evidence: [...operation.failures(), ...first(clients(since))] }
}
