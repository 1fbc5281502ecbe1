import { Kind, visit, type DocumentNode } from 'graphql'
import { createHash } from 'node:crypto'
import type { JsonObject } from './json.ts'
import type { LoadedSupergraph } from './planner/planner.ts'

/**
 * Which labels of `@override(label:)` are on: always, never, or for so many percent of the requests. A label that is not
 * named is off; `percent(5)` says its own part.
 */
export type OverrideLabels = Readonly<Record<string, boolean | number>>

/** A label, and the part of the requests for which it is on, in percent. */
type Share = { label: string; percent: number }

/** The labels of `@override` that a document's plans depend on. */
export type DocumentLabels = readonly Share[]

export const NO_LABELS: readonly string[] = []

/**
 * Finds the labels on which plans of a document depend: those of the fields that it names, and of fields that a plan may need
 * on its own account.
 */
export function labelsOf(
  { overrideLabels, plannedNames }: Pick<LoadedSupergraph, 'overrideLabels' | 'plannedNames'>,
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

/** As composition takes it: `percent(12.5)`, from 0 to 100 with at most eight digits after the point. */
const PERCENT = /^percent\((\d{1,2}(?:\.\d{1,8})?|100)\)$/

function percentOf(label: string, configured: OverrideLabels): number {
  const own = PERCENT.exec(label)?.[1]
  if (own !== undefined) return Number(own)
  const value = Object.hasOwn(configured, label) ? configured[label] : false
  return typeof value === 'number' ? value : value ? 100 : 0
}

/** Whether a label is neither a name nor a percentage that composition accepts. */
export function isBrokenLabel(label: string): boolean {
  return !PERCENT.test(label) && !/^[a-zA-Z][\w\-:./]*$/.test(label)
}

/**
 * The labels that are on for a request. A request is all that says what is asked for: its text, operation and variables. The
 * same request always gets the same labels, in every process, so its response does not flap while fields move; a label with
 * a higher percentage is on for every request for which a lower one is.
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

/** From 0 up to 100, evenly. */
function placeOf(request: string): number {
  return (createHash('sha256').update(request).digest().readUInt32BE() / 2 ** 32) * 100
}
