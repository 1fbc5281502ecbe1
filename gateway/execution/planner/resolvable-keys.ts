import { Kind, type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode } from 'graphql'
import { argumentOf, directivesOf, withTypes, type FieldsNode } from './supergraph-document.ts'

/**
 * Takes the keys from a supergraph by which its subgraphs cannot find an entity (`@key(resolvable: false)`).
 *
 * Such a key only says which fields a subgraph knows of another's entity, and the supergraph says that of each field
 * anyway. But to come back to a subgraph with what @requires asked for, Apollo's planner takes the first key of all
 * (`getLocallySatisfiableKey`), resolvable or not: the subgraph then has a representation that it cannot resolve.
 * Without these keys the planner has none to take but right ones. Where a subgraph has no right one, nobody can ask
 * it for a field with @requires, although that composes: the field is external there, and the plan of an operation
 * that asks for it is empty.
 *
 * An @interfaceObject must have a key to be one: its only key stays.
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
