import {
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  Kind,
  OperationTypeNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { CacheHint, PlannerSupergraph } from './planner/planner.ts'
import type { Fragments } from './without-introspection.ts'

/** How a response may be cached: for how long, in seconds, and for whom. */
export type Cacheability = { readonly maxAge: number; readonly scope: 'PUBLIC' | 'PRIVATE' }

/**
 * How the response of a query, or of a fetch, may be cached, by `@cacheControl` in the schema. Null if it may not be. The least age and the
 * strictest scope of all selected fields count: for each field its own hint and that of each type it may return. What neither
 * says, it inherits from the field above. A field of Query needs a hint of its own, because the type says nothing about
 * which objects the field finds. What clients do not see has no hints here. So nothing is cached or shared unless the schema says so.
 */
export function cacheabilityOf(
  schema: GraphQLSchema,
  hints: PlannerSupergraph['cacheHints'],
  { operation, selectionSet }: OperationDefinitionNode,
  fragments: Fragments,
): Cacheability | null {
  const root = schema.getQueryType()
  if (operation !== OperationTypeNode.QUERY || !root) return null
  let all: Cacheability = { maxAge: Number.POSITIVE_INFINITY, scope: 'PUBLIC' }

  /** What a fetch selects of entities: the hints of their types count. */
  function visitEntities(selected: SelectionSetNode | undefined): void {
    for (const selection of selected?.selections ?? []) {
      const name = selection.kind === Kind.INLINE_FRAGMENT && selection.typeCondition?.name.value
      const type = name ? schema.getType(name) : undefined
      if (selection.kind !== Kind.INLINE_FRAGMENT || !isCompositeType(type)) {
        if (selection.kind !== Kind.FIELD || selection.name.value !== '__typename') add(NOTHING)
        continue
      }
      const here = strictest(typesOf(type).map((of) => inherited([hints[of] ?? []].flat(), NOTHING)))
      add(here)
      visit(type, selection.selectionSet, here)
    }
  }

  function visit(type: GraphQLCompositeType, { selections }: SelectionSetNode, above: Cacheability): void {
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) visitField(type, selection.name.value, selection.selectionSet, above)
      else {
        const fragment =
          selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
        if (!fragment) continue
        const condition = fragment.typeCondition && schema.getType(fragment.typeCondition.name.value)
        visit(condition && isCompositeType(condition) ? condition : type, fragment.selectionSet, above)
      }
    }
  }

  function visitField(
    type: GraphQLCompositeType,
    name: string,
    selected: SelectionSetNode | undefined,
    above: Cacheability,
  ): void {
    if (name === '__typename') return
    if (type === root && name === '_entities') return visitEntities(selected)
    const field = isUnionType(type) ? undefined : type.getFields()[name]
    if (!field) return add(NOTHING)
    const returned = getNamedType(field.type)
    const ofField = typesOf(type).flatMap((owner) => hints[`${owner}.${name}`] ?? [])
    if (type === root && ofField.length === 0) return add(NOTHING)
    const types = isCompositeType(returned) ? typesOf(returned) : [returned.name]
    const here = strictest(types.map((of) => inherited([...ofField, hints[of] ?? []].flat(), above)))
    add(here)
    if (selected && isCompositeType(returned)) visit(returned, selected, here)
  }

  /** The type, and the object types that it may be. */
  function typesOf(type: GraphQLCompositeType): string[] {
    if (isObjectType(type)) return [type.name]
    const possible = schema.getPossibleTypes(type).map(({ name }) => name)
    return isInterfaceType(type) ? [type.name, ...possible] : possible
  }

  function add(field: Cacheability): void {
    all = strictest([all, field])
  }

  visit(root, selectionSet, NOTHING)
  return all.maxAge > 0 && Number.isFinite(all.maxAge) ? all : null
}

/** What the hints say, and for what they do not say, the field above. */
function inherited(hints: readonly CacheHint[], above: Cacheability): Cacheability {
  const ages = hints.map(({ maxAge }) => maxAge).filter((age) => age !== null)
  const scopes = hints.map(({ scope }) => scope).filter((scope) => scope !== null)
  return {
    maxAge: ages.length > 0 ? Math.min(...ages) : above.maxAge,
    scope: scopes.includes('PRIVATE') ? 'PRIVATE' : (scopes[0] ?? above.scope),
  }
}

function strictest(all: readonly Cacheability[]): Cacheability {
  return {
    maxAge: Math.min(...all.map(({ maxAge }) => maxAge)),
    scope: all.some(({ scope }) => scope === 'PRIVATE') ? 'PRIVATE' : 'PUBLIC',
  }
}

const NOTHING: Cacheability = { maxAge: 0, scope: 'PRIVATE' }
