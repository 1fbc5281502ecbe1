import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLInterfaceType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { DataName } from '../data-names.ts'
import type { TypeIndex } from '../type-index.ts'
import type { HiddenTypes } from './hidden-types.ts'

/** An operation without conditions, and the schema that clients see. */
export type OperationView = {
  schema: GraphQLSchema
  types: TypeIndex
  hidden: HiddenTypes
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  nameOf: DataName
}

/** Fields by response name, in the order of the response, each with all its nodes (CollectFields of the GraphQL spec). */
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

/**
 * The fields of a selection on an interface, if they are the same for every possible type, and the interface has all of
 * them. The response then does not depend on the type. Otherwise null.
 */
export function fieldsOfAnyType(
  view: OperationView,
  type: GraphQLInterfaceType,
  selectionSets: readonly SelectionSetNode[],
): Map<string, FieldNode[]> | null {
  const [first, ...others] = view.schema
    .getPossibleTypes(type)
    .map(({ name }) => collectFields(view, name, selectionSets))
  const fields = first ?? collectFields(view, type.name, selectionSets)
  const own = type.getFields()
  const isOwn = [...fields.values()].every(([node]) => node && node.name.value in own)
  return isOwn && others.every((other) => isSame(fields, other)) ? fields : null
}

function isSame(one: Map<string, FieldNode[]>, other: Map<string, FieldNode[]>): boolean {
  return (
    one.size === other.size &&
    one.entries().every(([name, nodes]) => {
      const found = other.get(name)
      return found?.length === nodes.length && nodes.every((node, i) => node === found[i])
    })
  )
}
