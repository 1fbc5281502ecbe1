import type { GraphQLSchema } from 'graphql'
import type { Finding, LoadedSubgraph, StageResult } from '../finding.ts'
import { apiChanges } from './api-changes.ts'
import type { Change, Level } from './change.ts'
import { federationChanges } from './federation/federation-changes.ts'
import { indexSubgraph } from './subgraph-index.ts'

export type ComposedBase = {
  /** The schema that clients see. */
  api: GraphQLSchema
  /** Null if only the supergraph is known: the changes of the subgraphs are not judged. */
  subgraphs: readonly LoadedSubgraph[] | null
}
export type ComposedHead = ComposedBase & { subgraphs: readonly LoadedSubgraph[] }

/**
 * The stage *changes*: lists what breaks and what is dangerous, and passes. The stage *usage* decides whether what
 * breaks may be merged.
 */
export function judgeChanges(
  base: ComposedBase,
  head: ComposedHead,
): { result: StageResult; breaking: readonly Change[] } {
  const changes = findChanges(base, head)
  const of = (level: Level) => changes.filter((change) => change.level === level)
  const breaking = of('breaking')
  const dangerous = of('dangerous')
  const counts = `Changes: ${breaking.length} breaking, ${dangerous.length} dangerous, ${of('safe').length} safe`
  const summary = base.subgraphs
    ? `${counts}.`
    : `${counts}. The base has no subgraphs, so changes of keys and of the subgraph of a field are not judged.`
  const findings = [...breaking, ...dangerous].map(findingOf)
  return { result: { stage: 'changes', verdict: 'passed', summary, findings }, breaking }
}

/** All differences, the safe ones included. */
export function findChanges(base: ComposedBase, head: ComposedHead): Change[] {
  const sides = {
    base: (base.subgraphs ?? []).map(indexSubgraph),
    head: head.subgraphs.map(indexSubgraph),
  }
  return [
    ...apiChanges(base.api, head.api, sides),
    ...(base.subgraphs ? federationChanges(base.api, head.api, sides) : []),
  ]
}

function findingOf({ code, level, message, place, coordinate, subgraph, remedy }: Change): Finding {
  const severity = level === 'breaking' ? 'warning' : 'info'
  return { code, severity, message: `${message}.`, place, coordinate, subgraph, remedy }
}
