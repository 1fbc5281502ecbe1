import type { ASTNode, GraphQLSchema } from 'graphql'
import { isInterfaceType, isObjectType } from 'graphql'
import type { Place } from '../finding.ts'
import type { SubgraphIndex } from './subgraph-index.ts'

/**
 * The parts of a schema coordinate: `User`, `User.bio`, `Query.user(handle:)`, `@include`, `@include(if:)`.
 *
 * Source: https://spec.graphql.org/draft/#sec-Schema-Coordinates
 */
export function parseCoordinate(coordinate: string): { type: string; member?: string; argument?: string } {
  const [, type = '', member, argument] = /^(@?\w+)(?:\.(\w+))?(?:\((\w+):\))?$/.exec(coordinate) ?? []
  return { type, ...(member && { member }), ...(argument && { argument }) }
}

/** The coordinate of what contains this: the field of an argument, the type of a field. Null for a type. */
export function parentOf(coordinate: string): string | null {
  const { type, member, argument } = parseCoordinate(coordinate)
  if (argument) return member ? `${type}.${member}` : type
  return member ? type : null
}

/** The node that defines this in a subgraph. */
export function nodeAt(subgraph: SubgraphIndex | undefined, coordinate: string): ASTNode | undefined {
  const { type, member, argument } = parseCoordinate(coordinate)
  if (type.startsWith('@')) {
    const directive = subgraph?.directives.get(type.slice(1))
    return argument ? directive?.arguments?.find(({ name }) => name.value === argument) : directive
  }
  const indexed = subgraph?.types.get(type)
  if (member === undefined) return indexed?.nodes[0]
  const node = indexed?.members.get(member)
  if (argument === undefined) return node
  return node && 'arguments' in node ? node.arguments?.find(({ name }) => name.value === argument) : undefined
}

/** The place of a node: of its name if it has one. */
export function placeOf(node: ASTNode | undefined): Place | null {
  const at = node && ('name' in node && node.name ? node.name.loc : node.loc)
  if (!at) return null
  return { file: at.source.name, line: at.startToken.line, column: at.startToken.column }
}

/** The coordinates by which operations select a field of an object type: its own, and those of its interfaces. */
export function selectionsOf(schema: GraphQLSchema, typeName: string, field: string): string[] {
  const type = schema.getType(typeName)
  if (!isObjectType(type) && !isInterfaceType(type)) return []
  const types = [type, ...type.getInterfaces().filter((parent) => parent.getFields()[field])]
  return types.map(({ name }) => `${name}.${field}`)
}
