import {
  Kind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

const INTROSPECTION = new Set(['__schema', '__type'])

/**
 * The operation without `__schema` and `__type`. The gateway resolves these fields from its own schema. Apollo's planner must
 * not see them: it supports only the introspection of an older GraphQL, and asks subgraphs for them below the root.
 *
 * Selection sets can become empty: see `plannableText`.
 */
export function withoutIntrospection(document: DocumentNode): DocumentNode {
  const stripped: DocumentNode = visit(document, {
    Field: ({ name }) => (INTROSPECTION.has(name.value) ? null : undefined),
  })
  return stripped === document ? document : withUsedFragments(stripped)
}

/** Removes fragments that only introspection used. Their types are unknown to the planner. */
function withUsedFragments(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document)
  const used = new Set<string>()
  const visitSpreads = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      FragmentSpread: ({ name: { value } }) => {
        const fragment = fragments.get(value)
        if (!fragment || used.has(value)) return
        used.add(value)
        visitSpreads(fragment)
      },
    })
  }
  for (const node of document.definitions) if (node.kind === Kind.OPERATION_DEFINITION) visitSpreads(node)
  const definitions = document.definitions.filter(
    (node) => node.kind !== Kind.FRAGMENT_DEFINITION || used.has(node.name.value),
  )
  return { ...document, definitions }
}

/**
 * Whether an operation selects data of subgraphs: a field whose name does not begin with `__`. Validation has already refused
 * fragments that spread themselves.
 */
export function asksForData({ selections }: SelectionSetNode, fragments: Fragments): boolean {
  return selections.some((selection) => {
    if (selection.kind === Kind.FIELD) return !selection.name.value.startsWith('__')
    const set =
      selection.kind === Kind.INLINE_FRAGMENT
        ? selection.selectionSet
        : fragments.get(selection.name.value)?.selectionSet
    return set !== undefined && asksForData(set, fragments)
  })
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  return fragments
}
