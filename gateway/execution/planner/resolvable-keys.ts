import { Kind, type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode } from 'graphql'
import { argumentOf, directivesOf, withTypes, type FieldsNode } from './supergraph-document.ts'

/**
 * Removes the keys that cannot be resolved (`@key(resolvable: false)`) from a supergraph.
 *
 * Such a key only declares which fields of another subgraph's entity a subgraph has. The supergraph declares this for each field
 * anyway. To return to a subgraph with the values of @requires, Apollo's planner uses the first key
 * (`getLocallySatisfiableKey`), even if it cannot be resolved. The subgraph then gets a representation that it cannot
 * resolve. Without these keys, the planner uses the right ones. If a subgraph has no resolvable key, its fields with
 * @requires cannot be fetched, although they compose: they become external, and the plan of an operation that asks for one
 * is empty.
 *
 * An @interfaceObject must have a key: its only key stays.
 */
export function withResolvableKeys(document: DocumentNode): DocumentNode {
  return withTypes(document, (type) => ({
    ...type,
    directives: resolvableKeys(type),
    fields: (type.fields ?? []).map((field) => reachable(field, type)),
  }))
}

function resolvableKeys(type: FieldsNode): ConstDirectiveNode[] {
  const stripped = new Set<string | undefined>()
  return (type.directives ?? []).flatMap((directive) => {
    if (directive.name.value !== 'join__type' || canResolve(directive)) return directive
    const graph = argumentOf(directive, 'graph')
    if (hasResolvableKey(type, graph) || stripped.has(graph)) return []
    stripped.add(graph)
    return argumentOf(directive, 'isInterfaceObject') === 'true'
      ? directive
      : without(directive, ['key', 'resolvable'])
  })
}

function reachable(field: FieldDefinitionNode, type: FieldsNode): FieldDefinitionNode {
  const directives = (field.directives ?? []).map((directive) => {
    if (directive.name.value !== 'join__field' || !argumentOf(directive, 'requires')) return directive
    if (hasResolvableKey(type, argumentOf(directive, 'graph'))) return directive
    const external = { kind: Kind.BOOLEAN, value: true } as const
    const name = { kind: Kind.NAME, value: 'external' } as const
    const { arguments: others = [], ...rest } = without(directive, ['requires', 'external'])
    return { ...rest, arguments: [...others, { kind: Kind.ARGUMENT, name, value: external } as const] }
  })
  return { ...field, directives }
}

function hasResolvableKey(type: FieldsNode, graph: string | undefined): boolean {
  const joins = directivesOf(type, 'join__type')
  return joins.some(
    (join) =>
      argumentOf(join, 'graph') === graph && argumentOf(join, 'key') !== undefined && canResolve(join),
  )
}

function canResolve(join: ConstDirectiveNode): boolean {
  return argumentOf(join, 'resolvable') !== 'false'
}

function without(join: ConstDirectiveNode, names: readonly string[]): ConstDirectiveNode {
  return { ...join, arguments: join.arguments?.filter(({ name }) => !names.includes(name.value)) ?? [] }
}
