import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { GraphQLError } from 'graphql'
import { limitExceeded, type Limits } from './limits.ts'

/** `width`: fields on the first level, after fragments are expanded. */
type Size = { depth: number; aliases: number; fields: number; width: number }
type Measure = (set: SelectionSetNode) => Size

/**
 * Checks depth, aliases and fields of all operations and fragments of a document, and the root fields of mutations. Unused
 * fragments count, because validation visits them too. Each fragment is measured once, so the time is linear even if each
 * fragment spreads the next one twice. Needs no schema and no valid document. Cycles of fragments end at the first
 * repetition.
 */
export function checkSelections(document: DocumentNode, limits: Limits): GraphQLError | null {
  const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
  if (fragments.length > limits.fragments) {
    return limitExceeded('fragments', fragments.length, limits.fragments)
  }
  const measure = createMeasure(fragments)
  for (const definition of document.definitions) {
    if (!('selectionSet' in definition) || !definition.selectionSet) continue
    const size = measure(definition.selectionSet)
    for (const limit of ['depth', 'aliases', 'fields'] as const) {
      if (size[limit] > limits[limit]) return limitExceeded(limit, size[limit], limits[limit])
    }
    const isMutation = 'operation' in definition && definition.operation === OperationTypeNode.MUTATION
    if (isMutation && size.width > limits.mutations) {
      return limitExceeded('mutations', size.width, limits.mutations)
    }
  }
  return null
}

function createMeasure(fragments: readonly FragmentDefinitionNode[]): Measure {
  const byName = new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
  const known = new Map<string, Size>()

  function ofFragment(name: string): Size {
    const measured = known.get(name)
    if (measured) return measured
    const fragment = byName.get(name)
    known.set(name, EMPTY)
    const size = fragment ? measure(fragment.selectionSet) : EMPTY
    known.set(name, size)
    return size
  }

  function measure(set: SelectionSetNode): Size {
    const sum = { ...EMPTY }
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) add(sum, ofFragment(selection.name.value))
      else if (selection.kind === Kind.INLINE_FRAGMENT) add(sum, measure(selection.selectionSet))
      else {
        const inner = selection.selectionSet ? measure(selection.selectionSet) : EMPTY
        add(sum, {
          depth: inner.depth + 1,
          aliases: inner.aliases + (selection.alias ? 1 : 0),
          fields: inner.fields + 1,
          width: 1,
        })
      }
    }
    return sum
  }

  return measure
}

const EMPTY: Size = { depth: 0, aliases: 0, fields: 0, width: 0 }

function add(sum: Size, part: Size): void {
  sum.depth = Math.max(sum.depth, part.depth)
  sum.aliases += part.aliases
  sum.fields += part.fields
  sum.width += part.width
}
