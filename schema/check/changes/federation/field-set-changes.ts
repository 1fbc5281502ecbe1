import { Kind, type FieldDefinitionNode } from 'graphql'
import type { Change } from '../change.ts'
import type { SubgraphIndex } from '../subgraph-index.ts'
import { inBoth, type Federation } from './federation.ts'
import { fieldSetOf } from './field-sets.ts'
import { keysOf } from './entities.ts'
import { makeChange } from './make-change.ts'

/** A resolver that requires more than the running gateway sends. To require less is safe. */
export function requiresChanges(federation: Federation): Change[] {
  return fieldsInBoth(federation).flatMap(({ before, after, type, field, was, is }) => {
    const sent = new Set([
      ...pathsOf(before, was, 'requires'),
      ...keysOf(before, type).flatMap(({ paths }) => [...paths]),
    ])
    const added = [...pathsOf(after, is, 'requires')].filter((path) => !sent.has(path))
    if (added.length === 0) return []
    const what = `\`${type}.${field}\` in \`${after.name}\` now requires ${list(added)}`
    const at = after.directivesOf(is, 'requires')[0]
    const facts = { what, coordinate: `${type}.${field}`, subgraph: after.name, at }
    return makeChange('REQUIRES_WIDENED', 'dangerous', facts)
  })
}

/** A field that no longer provides what the running gateway reads from it. To provide more is safe. */
export function providesChanges(federation: Federation): Change[] {
  return fieldsInBoth(federation).flatMap(({ before, after, type, field, was, is }) => {
    const now = pathsOf(after, is, 'provides')
    const removed = [...pathsOf(before, was, 'provides')].filter((path) => !now.has(path))
    if (removed.length === 0) return []
    const what = `\`${type}.${field}\` in \`${after.name}\` no longer provides ${list(removed)}`
    const facts = { what, coordinate: `${type}.${field}`, subgraph: after.name, at: is }
    return makeChange('PROVIDES_REMOVED', 'dangerous', facts)
  })
}

type FieldInBoth = {
  before: SubgraphIndex
  after: SubgraphIndex
  type: string
  field: string
  was: FieldDefinitionNode
  is: FieldDefinitionNode
}

function fieldsInBoth(federation: Federation): FieldInBoth[] {
  return inBoth(federation).flatMap(({ before, after }) =>
    [...before.types].flatMap(([type, { members }]) =>
      [...members].flatMap(([field, was]) => {
        const is = after.types.get(type)?.members.get(field)
        const fields = was.kind === Kind.FIELD_DEFINITION && is?.kind === Kind.FIELD_DEFINITION
        return fields ? [{ before, after, type, field, was, is }] : []
      }),
    ),
  )
}

function pathsOf(subgraph: SubgraphIndex, field: FieldDefinitionNode, directive: string): Set<string> {
  return new Set(subgraph.directivesOf(field, directive).flatMap((node) => [...fieldSetOf(node)]))
}

const list = (paths: readonly string[]): string => paths.map((path) => `\`${path}\``).join(', ')
