import { Kind, print, type FieldDefinitionNode } from 'graphql'
import { itemTypeOf, namedTypeOf, type SubgraphModel, type TypeModel } from '../model.ts'
import { everyType, findType, type Rule, type Schema, type Violation } from '../rule.ts'

/** Relay's cursor connections, with the shortcut `nodes`: https://relay.dev/graphql/connections.htm */
export const connection: Rule = {
  about:
    'A connection has edges, nodes and pageInfo; a field that returns one takes first, after, last and before.',
  *check(schema) {
    for (const { subgraph, type } of everyType(schema)) {
      if (isConnection(type)) yield* checkConnection(type, subgraph, schema)
      for (const field of type.fields.values()) {
        const target = findType(schema, namedTypeOf(field.type), subgraph)
        if (target && isConnection(target)) yield* checkArguments(type, field, subgraph)
      }
    }
  },
}

export function isConnection({ kind, name }: TypeModel): boolean {
  return kind === 'object' && /.Connection$/.test(name)
}

function* checkConnection(type: TypeModel, subgraph: SubgraphModel, schema: Schema): Generator<Violation> {
  const about = { node: type.node, coordinate: type.name, subgraph: subgraph.name }
  const missing = ['edges', 'nodes', 'pageInfo'].filter((name) => !type.fields.has(name))
  if (missing.length > 0) {
    const message = `The connection ${type.name} has no ${listed(missing)}.`
    yield { ...about, message, remedy: `Add ${listed(missing)}.` }
  }
  const pageInfo = type.fields.get('pageInfo')
  if (pageInfo && print(pageInfo.type) !== 'PageInfo!') {
    const coordinate = `${type.name}.pageInfo`
    const message = `${coordinate} is of type ${print(pageInfo.type)}, not PageInfo!.`
    yield { ...about, node: pageInfo, coordinate, message, remedy: 'Use `pageInfo: PageInfo!`.' }
  }
  const edges = type.fields.get('edges')
  if (!edges) return
  if (!itemTypeOf(edges.type)) {
    const coordinate = `${type.name}.edges`
    const message = `${coordinate} is of type ${print(edges.type)}, which is not a list.`
    yield {
      ...about,
      node: edges,
      coordinate,
      message,
      remedy: `Use \`edges: [${type.name.replace(/Connection$/, 'Edge')}!]!\`.`,
    }
  }
  const edge = findType(schema, namedTypeOf(edges.type), subgraph)
  const parts = ['cursor', 'node'].filter((name) => edge && !edge.fields.has(name))
  if (edge && parts.length > 0) {
    const message = `The edge ${edge.name} has no ${listed(parts)}.`
    yield { ...about, node: edge.node, coordinate: edge.name, message, remedy: `Add ${listed(parts)}.` }
  }
}

const ARGUMENTS = { first: 'Int', after: 'String', last: 'Int', before: 'String' }

function* checkArguments(
  type: TypeModel,
  field: FieldDefinitionNode,
  subgraph: SubgraphModel,
): Generator<Violation> {
  const coordinate = `${type.name}.${field.name.value}`
  const about = { node: field, coordinate, subgraph: subgraph.name }
  const given = new Map(field.arguments?.map((argument) => [argument.name.value, argument]))
  const missing = Object.keys(ARGUMENTS).filter((name) => !given.has(name))
  if (missing.length > 0) {
    const message = `${coordinate} returns a connection, but has no argument ${listed(missing)}.`
    yield {
      ...about,
      message,
      remedy: `Add ${missing.map((name) => `\`${name}: ${typeOfArgument(name)}\``).join(', ')}.`,
    }
  }
  for (const [name, argument] of given) {
    if (!isPageArgument(name) || argument.type.kind !== Kind.NON_NULL_TYPE || argument.defaultValue) continue
    const message = `${coordinate}(${name}:) is required. A page can then be read in one direction only.`
    const remedy = `Use \`${name}: ${ARGUMENTS[name]}\`, without "!".`
    yield { ...about, node: argument, coordinate: `${coordinate}(${name}:)`, message, remedy }
  }
}

function isPageArgument(name: string): name is keyof typeof ARGUMENTS {
  return Object.hasOwn(ARGUMENTS, name)
}

const typeOfArgument = (name: string) => (isPageArgument(name) ? ARGUMENTS[name] : '')

const listed = (names: readonly string[]) =>
  new Intl.ListFormat('en').format(names.map((name) => `\`${name}\``))
