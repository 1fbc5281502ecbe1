import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { DataName } from '../data-names.ts'
import type { TypeIndex } from '../type-index.ts'

/** An operation without conditions, in the eyes of its clients' schema. */
export type OperationView = {
  schema: GraphQLSchema
  types: TypeIndex
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  nameOf: DataName
}

/** Fields by response name, in the order of the response; each with every node that asks for it (CollectFields). */
export function collectFields(
  view: OperationView,
  typename: string,
  selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> {
  const fields = new Map<string, FieldNode[]>()
  const spread = new Set<string>()
  for (const { selections } of selectionSets) visit(selections)
  return fields

  function visit(selections: readonly SelectionNode[]): void {
    for (const selection of selections) add(selection)
  }

  function add(selection: SelectionNode): void {
    switch (selection.kind) {
      case Kind.FIELD: {
        const name = selection.alias?.value ?? selection.name.value
        const known = fields.get(name)
        if (known) known.push(selection)
        else fields.set(name, [selection])
        return
      }
      case Kind.INLINE_FRAGMENT:
        if (applies(selection.typeCondition?.name.value)) visit(selection.selectionSet.selections)
        return
      case Kind.FRAGMENT_SPREAD: {
        const fragment = view.fragments.get(selection.name.value)
        if (!fragment || spread.has(fragment.name.value)) return
        spread.add(fragment.name.value)
        if (applies(fragment.typeCondition.name.value)) visit(fragment.selectionSet.selections)
      }
    }
  }

  function applies(condition: string | undefined): boolean {
    return condition === undefined || view.types.satisfying(condition).has(typename)
  }
}
