import type { GraphQLSchema } from 'graphql'
import type { Change } from '../changes/change.ts'
import type { ChangeException } from '../changes/options.ts'
import type { Finding, StageResult } from '../finding.ts'
import { affects } from './affects.ts'
import { allowedChanges } from './allowed-changes.ts'
import { changedCoordinates } from './changed-coordinates.ts'
import { recordedOperation, trustedOperation } from './known-operation.ts'
import { invalidOperations, type TrustedUse } from './invalid-operations.ts'
import { first, recordedUses, type RecordedUse } from './recorded-uses.ts'
import { counted, describeRecording, type Recording } from './recording.ts'
import type { TrustedOperation } from './trusted-operations.ts'
import type { UsageExport } from './usage-export.ts'

export type Uses = {
  trusted: readonly TrustedOperation[]
  /** Null if there is no recording. */
  recorded: UsageExport | null
  base: GraphQLSchema
  head: GraphQLSchema
  /** Breaking changes that are allowed. */
  exceptions: readonly ChangeException[]
  /** What is not used for this long may be removed. */
  windowDays: number
  /** In UTC, as `YYYY-MM-DD`. */
  today: string
}

const HOW_TO_RECORD =
  'Record the usage in the gateway for the whole window, and pass it: `npm run schema:usage -- export --json > usage.json`, then `--usage usage.json`.'

/**
 * The stage *usage*: a breaking change passes only if a recording of the whole window shows that nobody uses it, or if an
 * exception allows it. Whatever the changes are, an operation that is not valid fails.
 */
export function judgeUsage(breaking: readonly Change[], uses: Uses): StageResult {
  const recording = uses.recorded && describeRecording(uses.recorded, uses.windowDays, uses.today)
  const trusted = uses.trusted.map((one) => trustedUse(one, uses))
  const changed = changedCoordinates(uses.base, uses.head)
  const recorded = uses.recorded
    ? recordedUses(uses.recorded, (one) => recordedOperation(one, uses, changed))
    : []
  const invalid = invalidOperations(breaking, trusted, recorded, recording?.since ?? 0, uses.head)
  const allowed = allowedChanges(breaking, uses.exceptions, invalid, uses.today)
  const judged = breaking.map((change): Judged => {
    const found = judgeChange(change, trusted, recorded, recording)
    const exception = found.use === 'unused' ? null : allowed.allow(change, found.finding)
    return exception ? { use: 'allowed', finding: exception } : found
  })
  const ofInvalid = invalid.map((one) => allowed.allowInvalid(one) ?? one.finding)
  const findings = [...judged.map(({ finding }) => finding), ...ofInvalid, ...allowed.findings]
  const count = (wanted: Use) => judged.filter(({ use }) => use === wanted).length
  const excepted = count('allowed') > 0 ? `, ${count('allowed')} allowed by exceptions` : ''
  const counts =
    breaking.length === 0
      ? 'No breaking change.'
      : `${counted(breaking.length, 'breaking change')}: ${count('used')} in use, ${count('unknown')} of unknown use, ${count('unused')} unused${excepted}.`
  const others =
    invalid.length > 0 ? ` Operations that are not valid for another reason: ${invalid.length}.` : ''
  const verdict = findings.some(({ severity }) => severity === 'error') ? 'failed' : 'passed'
  return { stage: 'usage', verdict, summary: counts + others, findings }
}

type Use = 'used' | 'unused' | 'unknown' | 'allowed'
type Judged = { use: Use; finding: Finding }

function trustedUse(at: TrustedOperation, uses: Uses): TrustedUse {
  return { at, operation: trustedOperation(at.name, at.document, uses) }
}

function judgeChange(
  change: Change,
  trusted: readonly TrustedUse[],
  recorded: readonly RecordedUse[],
  recording: Recording | null,
): Judged {
  const known = trusted.flatMap(({ at, operation }) => {
    const how = affects(change, operation)
    const owner = at.owner === null ? '' : `, owner ${at.owner}`
    return how === null ? [] : [`${at.name} (${at.file}:${at.line}${owner}): ${how}`]
  })
  const hits = recorded.filter(({ operation }) => affects(change, operation) !== null)
  const inWindow = recording ? hits.filter(({ lastUsed }) => lastUsed >= recording.since) : []
  const lines = inWindow.flatMap(({ operation, clients }) =>
    clients(recording?.since ?? 0).map(
      (client) => `${operation.name}: ${client}: ${affects(change, operation)}`,
    ),
  )
  const description = recording ? [recording.description] : []
  if (known.length + inWindow.length > 0) {
    const used = usedBy(known.length + inWindow.length)
    return {
      use: 'used',
      finding: findingOf(change, 'error', used, [...known, ...first(lines), ...description]),
    }
  }
  if (!recording || recording.fault !== null) {
    const why = recording
      ? `Its use is unknown: the recording ${recording.fault}`
      : 'Its use is unknown: there is no recording of the usage'
    const finding = { ...findingOf(change, 'error', why, description), remedy: HOW_TO_RECORD }
    return { use: 'unknown', finding }
  }
  const last = hits.map(({ lastUsed }) => lastUsed).reduce((a, b) => Math.max(a, b), 0)
  const when = last === 0 ? 'never' : new Date(last).toISOString()
  const evidence = [`last used: ${when}; ${recording.description}`]
  return { use: 'unused', finding: findingOf(change, 'info', 'No operation uses it', evidence) }
}

const usedBy = (operations: number): string =>
  operations === 1 ? 'One operation uses it' : `${counted(operations, 'operation')} use it`

function findingOf(
  { code, message, place, coordinate, subgraph, remedy }: Change,
  severity: Finding['severity'],
  use: string,
  evidence: readonly string[],
): Finding {
  const text = `${message}. ${use}.`
  const todo = severity === 'info' ? null : remedy
  return { code, severity, message: text, place, coordinate, subgraph, remedy: todo, evidence }
}
