import {
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  type InlineFragmentNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { fragmentsOf } from '../without-introspection.ts'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * Replaces fragments on other abstract types within an @interfaceObject. If the interface implements the other type, the
 * new fragment has no type condition. Otherwise there is one fragment for each object type that both have.
 *
 * Apollo's planner throws on such fragments (`{ nodes { ... on Named { name } } }`) if the subgraph does not have the type.
 *
 * @param objects names of the interfaces that are an @interfaceObject somewhere
 */
export function expandFragments(
  document: DocumentNode,
  schema: GraphQLSchema,
  objects: readonly string[],
): DocumentNode {
  const fragments = fragmentsOf(document)

  function expand(set: SelectionSetNode, parent: GraphQLNamedType | undefined): SelectionSetNode {
    const selections = set.selections.flatMap((selection) => expandSelection(selection, parent))
    return { ...set, selections: selections.length > 0 ? selections : [TYPENAME] }
  }

  function expandSelection(
    selection: SelectionNode,
    parent: GraphQLNamedType | undefined,
  ): SelectionNode | SelectionNode[] {
    if (selection.kind === Kind.FIELD) {
      if (!selection.selectionSet) return selection
      const hasFields = isObjectType(parent) || isInterfaceType(parent)
      const type = hasFields ? parent.getFields()[selection.name.value]?.type : undefined
      return { ...selection, selectionSet: expand(selection.selectionSet, type && getNamedType(type)) }
    }
    const isSpread = selection.kind === Kind.FRAGMENT_SPREAD
    const inner = isSpread ? fragments.get(selection.name.value) : selection
    if (!inner) return selection
    const condition = inner.typeCondition ? schema.getType(inner.typeCondition.name.value) : parent
    const conditions = expandCondition(parent, condition)
    if (conditions) return conditions.map((type) => fragmentOn(type, parent, inner.selectionSet))
    return isSpread ? selection : { ...selection, selectionSet: expand(selection.selectionSet, condition) }
  }

  /** The type conditions that replace the fragment's. Null if the fragment stays. */
  function expandCondition(
    parent: GraphQLNamedType | undefined,
    condition: GraphQLNamedType | undefined,
  ): GraphQLNamedType[] | null {
    if (!parent || !condition || condition === parent) return null
    // Within an expanded fragment, some fragments do not apply to this type.
    if (isObjectType(parent))
      return isAbstractType(condition) && schema.isSubType(condition, parent) ? [parent] : []
    if (!isInterfaceType(parent) || !isAbstractType(condition) || !objects.includes(parent.name)) return null
    if (schema.isSubType(condition, parent)) return [parent]
    return schema.getPossibleTypes(parent).filter((type) => schema.isSubType(condition, type))
  }

  function fragmentOn(
    type: GraphQLNamedType,
    parent: GraphQLNamedType | undefined,
    set: SelectionSetNode,
  ): InlineFragmentNode {
    const selectionSet = expand(set, type)
    if (type === parent) return { kind: Kind.INLINE_FRAGMENT, selectionSet }
    const name = { kind: Kind.NAME, value: type.name } as const
    return { kind: Kind.INLINE_FRAGMENT, typeCondition: { kind: Kind.NAMED_TYPE, name }, selectionSet }
  }

  const definitions = document.definitions.map((node) => {
    if (node.kind === Kind.OPERATION_DEFINITION) {
      return {
        ...node,
        selectionSet: expand(node.selectionSet, schema.getRootType(node.operation) ?? undefined),
      }
    }
    if (node.kind !== Kind.FRAGMENT_DEFINITION) return node
    return { ...node, selectionSet: expand(node.selectionSet, schema.getType(node.typeCondition.name.value)) }
  })
  return { ...document, definitions }
}
