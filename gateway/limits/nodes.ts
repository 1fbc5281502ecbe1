import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
  visit,
  type DocumentNode,
  type FieldNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import { DEFAULT_PAGE_SIZE } from '../../patterns/pagination/index.ts'

export type Variables = Readonly<Record<string, unknown>>

/**
 * The maximum number of objects in an operation's lists, counted without executing it. A field with `first` or `last`
 * has that many objects, each with everything that is selected below. A field with a list `ids` has one for each id. Each
 * fragment is counted once, so the time is linear in the document. Unknown fields and fragments count as 0: validation
 * refuses them later.
 */
export function countNodes(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  given: Variables,
): number {
  const variables = withDefaults(operation, given)
  const fragments = new Map(
    document.definitions.flatMap((d) =>
      d.kind === Kind.FRAGMENT_DEFINITION ? [[d.name.value, d] as const] : [],
    ),
  )
  const known = new Map<string, number>()

  function ofFragment(name: string): number {
    const counted = known.get(name)
    if (counted !== undefined) return counted
    known.set(name, 0)
    const fragment = fragments.get(name)
    const type = fragment && schema.getType(fragment.typeCondition.name.value)
    const count = fragment ? ofSelections(type, fragment.selectionSet) : 0
    known.set(name, count)
    return count
  }

  function ofSelections(parent: GraphQLNamedType | undefined, set: SelectionSetNode): number {
    let count = 0
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) count += ofFragment(selection.name.value)
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const condition = selection.typeCondition?.name.value
        count += ofSelections(condition ? schema.getType(condition) : parent, selection.selectionSet)
      } else count += ofField(parent, selection)
    }
    return count
  }

  function ofField(parent: GraphQLNamedType | undefined, node: FieldNode): number {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return 0
    const field = parent.getFields()[node.name.value]
    const type = field && getNamedType(field.type)
    if (!field || !isCompositeType(type)) return 0
    const inner = node.selectionSet ? ofSelections(type, node.selectionSet) : 0
    const size = sizeOf(field, node, variables)
    return size === null ? inner : size * (1 + inner)
  }

  return ofSelections(schema.getRootType(operation.operation) ?? undefined, operation.selectionSet)
}

/** Whether the variables can change the count. */
export function hasVariableSizes(document: DocumentNode): boolean {
  let found = false
  visit(document, {
    Argument: ({ name, value }) => {
      if (!SIZES.has(name.value)) return false
      visit(value, { Variable: () => void (found = true) })
      return false
    },
  })
  return found
}

const SIZES = new Set(['first', 'last', 'ids'])

/** The number of objects in a field's list. Null if its arguments do not determine it. */
function sizeOf(field: GraphQLField<unknown, unknown>, node: FieldNode, variables: Variables): number | null {
  const pageArgs = field.args.filter(({ name }) => name === 'first' || name === 'last')
  if (pageArgs.length > 0) {
    const sizes = pageArgs
      .map((arg) => [arg, argument(arg, node, variables)] as const)
      .filter(([arg, size]) => isSize(size, arg))
      .map(([, size]) => size as number)
    return sizes.length > 0 ? Math.max(1, ...sizes) : DEFAULT_PAGE_SIZE
  }
  const idsArg = field.args.find(({ name }) => name === 'ids')
  const ids = idsArg && argument(idsArg, node, variables)
  return Array.isArray(ids) ? ids.length : null
}

/** Whether a page size is valid. An invalid one is refused when the operation is executed. */
function isSize(value: unknown, { type }: GraphQLArgument): boolean {
  if (typeof value !== 'number') return false
  return getNamedType(type).name !== 'Int' || (Number.isInteger(value) && Math.abs(value) <= MAX_INT)
}

const MAX_INT = 2_147_483_647

function argument({ name, defaultValue }: GraphQLArgument, node: FieldNode, variables: Variables): unknown {
  const given = node.arguments?.find((arg) => arg.name.value === name)
  const value = given && valueFromASTUntyped(given.value, variables)
  return value === undefined ? defaultValue : value
}

function withDefaults({ variableDefinitions }: OperationDefinitionNode, given: Variables): Variables {
  const defaults = (variableDefinitions ?? []).flatMap(({ variable, defaultValue }) =>
    defaultValue ? [[variable.name.value, valueFromASTUntyped(defaultValue)] as const] : [],
  )
  return { ...Object.fromEntries(defaults), ...given }
}
