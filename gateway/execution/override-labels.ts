import { Kind, visit, type DocumentNode } from 'graphql'
import { createHash } from 'node:crypto'
import type { JsonObject } from './json.ts'
import type { PlannerSupergraph } from './planner/planner.ts'

/**
 * The labels of `@override(label:)`: `true` if on, `false` if off, or the percentage of the requests for which a label is on.
 * Other labels are off, except for labels such as `percent(5)`, which contain their percentage.
 */
export type OverrideLabels = Readonly<Record<string, boolean | number>>

/** A label, and the percentage of the requests for which it is on. */
type Share = { label: string; percent: number }

/** The labels of `@override` that a document's plans depend on. */
export type DocumentLabels = readonly Share[]

export const NO_LABELS: readonly string[] = []

/**
 * Finds the labels on which the plans of a document depend: the labels of its fields, and of fields that plans fetch for
 * their own use.
 */
export function labelsOf(
  { overrideLabels, plannedNames }: Pick<PlannerSupergraph, 'overrideLabels' | 'plannedNames'>,
  configured: OverrideLabels,
): (document: DocumentNode) => DocumentLabels {
  const all = Object.entries(overrideLabels).map(([label, fields]) => ({
    fields: new Set(fields),
    share: { label, percent: percentOf(label, configured) },
  }))
  if (all.length === 0) return () => []
  return (document) => {
    const names = new Set(plannedNames)
    visit(document, { [Kind.FIELD]: ({ name }) => void names.add(name.value) })
    return all.flatMap(({ fields, share }) => (fields.isDisjointFrom(names) ? [] : [share]))
  }
}

/** The form that composition accepts: `percent(12.5)`, from 0 to 100, with up to eight decimal places. */
const PERCENT = /^percent\((\d{1,2}(?:\.\d{1,8})?|100)\)$/

function percentOf(label: string, configured: OverrideLabels): number {
  const own = PERCENT.exec(label)?.[1]
  if (own !== undefined) return Number(own)
  const value = Object.hasOwn(configured, label) ? configured[label] : false
  return typeof value === 'number' ? value : value ? 100 : 0
}

/** Whether composition would reject the label: it is neither a name nor a percentage. */
export function isBrokenLabel(label: string): boolean {
  return !PERCENT.test(label) && !/^[a-zA-Z][\w\-:./]*$/.test(label)
}

/**
 * The labels that are on for a request. Requests with the same text, operation and variables get the same labels, in every
 * process, so the response does not alternate while fields move. A label with a higher percentage is on for every request
 * for which one with a lower percentage is on.
 */
export function labelsFor(
  labels: DocumentLabels,
  { source, operationName }: { source: string; operationName: string | null },
  variables: JsonObject,
): readonly string[] {
  if (labels.length === 0) return NO_LABELS
  const isDecided = labels.every(({ percent }) => percent === 0 || percent === 100)
  const place = isDecided ? 0 : placeOf(JSON.stringify([source, operationName, variables]))
  return labels.filter(({ percent }) => place < percent).map(({ label }) => label)
}

/** A number from 0 to 100. A hash distributes requests evenly. */
function placeOf(request: string): number {
  return (createHash('sha256').update(request).digest().readUInt32BE() / 2 ** 32) * 100
}
