import type { FieldModel } from './graph-fields.ts'
import { KEY_FIELDS, shownKeyFields } from './graph-keys.ts'
import { OBJECTS, type GraphModel, type TypeModel } from './graph-model.ts'

/** Mutations that ran when it is asked for. The first subgraph knows. */
const SEEN = 'seen: Int'

/** The SDL of one subgraph. The first two have root fields, under names of their own. */
export function subgraphSdl(graph: GraphModel, subgraph: string): string {
  if (subgraph === OBJECTS) return objectsSdl(graph)
  const position = graph.subgraphs.indexOf(subgraph)
  return [
    position === 0 ? interfaces(graph, '@key(fields: "id")') : 'interface Node { id: ID! }',
    ...sharedTypes(graph, '@shareable'),
    ...(position < 2 ? rootTypes(rootFields(graph, position), mutations(graph, position), '@shareable') : []),
    ...graph.types.map((type) => typeSdl(graph, type, subgraph)),
  ].join('\n')
}

/** One schema with everything, for graphql-js alone. */
export function plainSdl(graph: GraphModel): string {
  const shown = graph.nodeFields.map(fieldText)
  const types = graph.types.map((type) => {
    const { name, fields } = type
    const visible = fields.filter(({ hidden }) => !hidden).map(fieldText)
    const fieldTexts = [...visible, ...shown, ...(hasObjects(graph) ? [LABEL, PEERS] : [])]
    return `type ${name} implements ${implemented(graph, name)} { ${keyTexts(shownKeyFields(type))} ${SEEN} ${fieldTexts.join(' ')} }`
  })
  const roots = [...rootFields(graph, 0), ...rootFields(graph, 1), ...(hasObjects(graph) ? [TOPS] : [])]
  const changes = [...mutations(graph, 0), ...mutations(graph, 1)]
  return [
    interfaces(graph, '', [...shown, ...(hasObjects(graph) ? [PEERS] : [])]),
    ...sharedTypes(graph, ''),
    ...rootTypes(roots, changes, ''),
    ...types,
  ].join('\n')
}

/** Names of the root fields of the first and the second subgraph. */
export const ROOTS = [
  { one: 'one', list: 'list', any: 'any', nodes: 'nodes', change: 'do' },
  { one: 'two', list: 'many', any: 'every', nodes: 'noddies', change: 'make' },
] as const

function hasObjects({ nodeFields }: GraphModel): boolean {
  return nodeFields.length > 0
}

/** A field of the interface itself. */
const LABEL = 'label: String'

/** What the subgraph of @interfaceObjects has besides its fields: it tells of entities by their ids only. */
const PEERS = 'peer: Node peers: [Node!]'
const TOPS = 'tops: [Node] top(id: ID!): Node strict: [Node!]!'

/** Without `objects` the interface has but an id. */
function interfaces(graph: GraphModel, key: string, others: readonly string[] = []): string {
  if (!hasObjects(graph)) return 'interface Node { id: ID! }'
  const isTagged = graph.tagged.length === graph.types.length
  return `interface Tag { ${LABEL} }
    interface Node ${isTagged ? 'implements Tag' : ''} ${key} { id: ID! ${LABEL} ${others.join(' ')} }`
}

function implemented({ tagged }: GraphModel, type: string): string {
  return tagged.includes(type) ? 'Node & Tag' : 'Node'
}

function typeSdl(graph: GraphModel, type: TypeModel, subgraph: string): string {
  const { name, fields, keys, known } = type
  const own = fields.filter((field) => field.owners.includes(subgraph))
  const overridden = fields.filter((field) => field.overrides === subgraph)
  const needed = new Set([
    ...own.flatMap(({ requires }) => requires.map((required) => required.name)),
    ...providedIn(graph, type, subgraph),
  ])
  const external = fields.filter((field) => needed.has(field.name) && !field.owners.includes(subgraph))
  const ownKeys = keys[subgraph] ?? []
  const isFirst = subgraph === graph.subgraphs[0]
  const directives = ownKeys.map(
    (key) => `@key(fields: "${key.fields}"${key.resolvable ? '' : ', resolvable: false'})`,
  )
  const lines = [
    keyTexts(known[subgraph] ?? [], '@shareable'),
    isFirst ? SEEN : '',
    isFirst && hasObjects(graph) ? LABEL : '',
    ...own.map((field) => `${fieldText(field)}${federationDirectives(field)}`),
    ...overridden.map(fieldText),
    ...external.map((field) => `${fieldText(field)} @external`),
  ]
  return `type ${name} implements ${isFirst ? implemented(graph, name) : 'Node'} ${directives.join(' ')} { ${lines.join(' ')} }`
}

/** Names of fields of the type that references of this subgraph bring along. */
export function providedIn({ types }: GraphModel, type: TypeModel, subgraph: string): string[] {
  const all = types.flatMap(({ fields }) => fields)
  return all.flatMap(({ target, provides, owners }) =>
    provides && target === type.name && owners.includes(subgraph) ? [provides] : [],
  )
}

/** The subgraph that adds fields to whatever implements the interface. */
function objectsSdl({ nodeFields }: GraphModel): string {
  return `enum Color { RED GREEN BLUE }
    type Query { ${TOPS} }
    type Node @key(fields: "id") @interfaceObject { id: ID! ${nodeFields.map(fieldText).join(' ')} ${PEERS} }`
}

function rootFields(graph: GraphModel, position: number): string[] {
  const root = ROOTS[position] ?? ROOTS[0]
  const ofTypes = graph.types.flatMap(({ name }) => [
    `${root.one}${name}(id: ID!): ${name}`,
    `${root.list}${name}: [${name}!]`,
  ])
  return [...ofTypes, `${root.any}: [Any]`, `${root.nodes}: [Node]`]
}

function mutations(graph: GraphModel, position: number): string[] {
  const root = ROOTS[position] ?? ROOTS[0]
  return graph.types.map(({ name }) => `${root.change}${name}(by: Int!): ${name}`)
}

function rootTypes(queries: string[], changes: string[], shareable: string): string[] {
  return [
    `type Query { ${queries.join(' ')} shared: [Node] ${shareable} }`,
    `type Mutation { ${changes.join(' ')} }`,
  ]
}

function sharedTypes(graph: GraphModel, shareable: string): string[] {
  return [
    `union Any = ${graph.types.map(({ name }) => name).join(' | ')}`,
    'enum Color { RED GREEN BLUE }',
    `type V ${shareable} { a: Int b: String! c: [Int!] d(n: Int = 3): Int }`,
    `type Path ${shareable} { one: ID! two: ID! }`,
  ]
}

function keyTexts(names: readonly (keyof typeof KEY_FIELDS)[], directive = ''): string {
  return names.map((name) => `${name}: ${KEY_FIELDS[name]} ${directive}`).join(' ')
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

function federationDirectives({
  owners,
  isProvided,
  requires,
  provides,
  overrides,
  hidden,
}: FieldModel): string {
  const fieldSet = requires.map(({ name, n, d }) => {
    const inner = d === null ? '' : ` { a d(n: ${d}) }`
    return `${name}${n === null ? '' : `(n: ${n})`}${inner}`
  })
  return [
    (owners.length > 1 || isProvided) && '@shareable',
    requires.length > 0 && `@requires(fields: "${fieldSet.join(' ')}")`,
    provides && `@provides(fields: "${provides}")`,
    overrides && `@override(from: "${overrides}")`,
    hidden && '@inaccessible',
  ]
    .filter(Boolean)
    .map((text) => ` ${text}`)
    .join('')
}
