import type { FieldModel, GraphModel } from './graph-model.ts'

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@shareable", "@external", "@requires"]
)`

/** The SDL of one subgraph. The first two have root fields, under names of their own. */
export function subgraphSdl(graph: GraphModel, subgraph: string): string {
  const types = graph.types.map(({ name, fields }) => {
    const own = fields.filter((field) => field.owners.includes(subgraph))
    const needed = new Set(own.map((field) => field.requires))
    const external = fields.filter((field) => needed.has(field.name) && !field.owners.includes(subgraph))
    const lines = [
      ...own.map((field) => `${fieldText(field)}${federationDirectives(field)}`),
      ...external.map((field) => `${fieldText(field)} @external`),
    ]
    return `type ${name} implements Node @key(fields: "id") { id: ID! ${lines.join(' ')} }`
  })
  const position = graph.subgraphs.indexOf(subgraph)
  const query = position < 2 ? `type Query { ${rootFields(graph, position).join(' ')} }` : ''
  return [LINK, ...sharedTypes(graph, '@shareable'), query, ...types].join('\n')
}

/** One schema with everything, for graphql-js alone. */
export function plainSdl(graph: GraphModel): string {
  const types = graph.types.map(({ name, fields }) => {
    return `type ${name} implements Node { id: ID! ${fields.map(fieldText).join(' ')} }`
  })
  const roots = [...rootFields(graph, 0), ...rootFields(graph, 1)]
  return [...sharedTypes(graph, ''), `type Query { ${roots.join(' ')} }`, ...types].join('\n')
}

/** Names of the root fields of the first and the second subgraph. */
export const ROOTS = [
  { one: 'one', list: 'list', any: 'any', nodes: 'nodes' },
  { one: 'two', list: 'many', any: 'every', nodes: 'noddies' },
] as const

function rootFields(graph: GraphModel, position: number): string[] {
  const root = ROOTS[position] ?? ROOTS[0]
  const ofTypes = graph.types.flatMap(({ name }) => [
    `${root.one}${name}(id: ID!): ${name}`,
    `${root.list}${name}: [${name}!]`,
  ])
  return [...ofTypes, `${root.any}: [Any]`, `${root.nodes}: [Node]`]
}

function sharedTypes(graph: GraphModel, shareable: string): string[] {
  return [
    'interface Node { id: ID! }',
    `union Any = ${graph.types.map(({ name }) => name).join(' | ')}`,
    'enum Color { RED GREEN BLUE }',
    `type V ${shareable} { a: Int b: String! c: [Int!] }`,
  ]
}

function fieldText(field: FieldModel): string {
  return `${field.name}${field.argument ? '(n: Int = 3)' : ''}: ${typeText(field)}${field.nonNull ? '!' : ''}`
}

function typeText({ kind, target, name }: FieldModel): string {
  if (kind === 'ref') return target
  if (kind === 'refs') return `[${target}]`
  if (kind === 'any') return 'Any'
  if (kind === 'anys') return name.endsWith('1') ? '[Any!]' : '[Any]'
  return kind === 'value' ? 'V' : kind
}

function federationDirectives({ owners, requires }: FieldModel): string {
  return `${owners.length > 1 ? ' @shareable' : ''}${requires ? ` @requires(fields: "${requires}")` : ''}`
}
