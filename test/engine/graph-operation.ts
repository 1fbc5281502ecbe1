import type { Operation } from './engine.ts'
import { isComposite, type FieldModel } from './graph-fields.ts'
import type { GraphModel, TypeModel } from './graph-model.ts'
import { shownKeyFields } from './graph-keys.ts'
import { makeNames, type Names } from './graph-names.ts'
import { ROOTS } from './graph-sdl.ts'
import { ENTITIES_PER_TYPE } from './graph-values.ts'
import type { Random } from './random.ts'

type Draft = {
  graph: GraphModel
  random: Random
  names: Names
  variables: Record<string, unknown>
  declared: Set<string>
  fragments: string[]
  /** Whether `peer` and `peers` may be asked for again; see `peerPart`. */
  peers: 'many' | 'one' | 'no more'
  /** Nothing that is asked for can be null where it must not be. */
  nullable: boolean
}

/**
 * A random operation: aliases, also such that are the names of other fields, fragments, abstract types, arguments,
 * variables with and without values, conditions, and mutations one after the other.
 */
export function makeOperation(graph: GraphModel, random: Random): Operation {
  const names = makeNames(graph, random)
  const draft: Draft = {
    graph,
    random,
    names,
    variables: {},
    declared: new Set(),
    fragments: [],
    peers: random.pick(['many', 'one']),
    nullable: false,
  }
  const kind = random.chance(15) ? 'mutation' : 'query'
  const count = 1 + random.int(kind === 'query' ? 2 : 3)
  const parts = Array.from({ length: count }, (_, i) => {
    const [root, type] = kind === 'query' ? pickRoot(draft) : pickChange(draft)
    return `r${i}: ${root}${condition(draft)} ${selection(draft, type, 1 + random.int(2))}`
  })
  const variables = draft.declared.size > 0 ? `(${[...draft.declared].join(', ')})` : ''
  return {
    query: `${kind} Q${variables} { ${parts.join(' ')} } ${draft.fragments.join(' ')}`,
    variables: draft.variables,
  }
}

function pickRoot({ graph, random }: Draft): [string, string] {
  const root = random.pick(ROOTS)
  const { name } = random.pick(graph.types)
  return random.pick<[string, string]>([
    [`${root.one}${name}(id: "${random.int(ENTITIES_PER_TYPE + 1)}")`, name],
    [`${root.list}${name}`, name],
    [root.any, 'Any'],
    [root.nodes, 'Node'],
    ['shared', 'Node'],
    ...(graph.tagged.length > 0 ? pickTops(random) : []),
  ])
}

/** Roots of a subgraph that knows entities by their interface only. */
function pickTops(random: Random): [string, string][] {
  const top = `top(id: "${random.int(ENTITIES_PER_TYPE + 1)}")`
  return ['tops', 'strict', top, 'tops', 'strict', top].map((root) => [root, 'Node'])
}

function pickChange({ graph, random }: Draft): [string, string] {
  const { name } = random.pick(graph.types)
  return [`${random.pick(ROOTS).change}${name}(by: ${random.int(4)})`, name]
}

/** @param alone whether no other type's fields can be at the same place; then names may be taken from other fields */
function selection(draft: Draft, type: string, depth: number, alone = true): string {
  const { random, graph, names } = draft
  if (type === 'V') return `{ ${valueParts(draft).join(' ')} }`
  const model = graph.types.find(({ name }) => name === type)
  const parts: string[] = []
  const typename = names.mixed ? 't: __typename' : '__typename'
  if (random.chance(20)) parts.push(random.pick([typename, 't: __typename']))
  parts.push(...(model ? entityParts(draft, model, depth, alone) : abstractParts(draft, type, depth)))
  return `{ ${parts.length > 0 ? parts.join(' ') : typename} }`
}

function valueParts(draft: Draft): string[] {
  const parts = ['a', 'b', 'c', 'd'].filter(
    (name) => draft.random.chance(60) && !(draft.nullable && name === 'b'),
  )
  if (draft.random.chance(40)) parts.push(withArgument(draft, 'd', 'd'))
  return parts.length > 0 ? parts : ['c']
}

function abstractParts(draft: Draft, type: string, depth: number): string[] {
  const { graph, random } = draft
  const parts = type === 'Node' && random.chance(60) ? [`id${condition(draft)}`] : []
  if (type !== 'Any') parts.push(...interfaceParts(draft, type, depth))
  // Now and then nothing depends on the type.
  const share = random.chance(60) ? 60 : 0
  for (const { name } of graph.types) {
    if (type === 'Tag' && !graph.tagged.includes(name)) continue
    if (random.chance(share)) {
      parts.push(`... on ${name}${condition(draft)} ${selection(draft, name, depth, false)}`)
    }
  }
  if (type === 'Any' && random.chance(20))
    parts.push(`... on Node { ${['id', ...nodeParts(draft, depth)].join(' ')} }`)
  return parts
}

/** What there is without a type: of the interface, and of the other interface that some or all types have. */
function interfaceParts(draft: Draft, type: string, depth: number): string[] {
  const { random, graph } = draft
  const parts = type === 'Node' ? nodeParts(draft, depth) : []
  if (graph.tagged.length === 0) return parts
  if (random.chance(30)) parts.push('label')
  const inner = random.pick(['Node', 'Tag'])
  if (random.chance(25)) parts.push(`... on ${inner} ${selection(draft, inner, depth - 1)}`)
  return parts
}

/** Fields that the interface itself has from elsewhere. */
function nodeParts(draft: Draft, depth: number): string[] {
  const { graph, random } = draft
  const chosen = graph.nodeFields.filter(() => random.chance(15))
  const parts = chosen.map((field) => fieldPart(draft, 'Node', field, 0, false))
  if (graph.tagged.length > 0 && depth > 0) {
    for (const field of ['peer', 'peers']) {
      if (random.chance(12)) parts.push(...peerPart(draft, field, depth))
    }
  }
  return parts
}

/**
 * Fields of an @interfaceObject that are objects. Not several with non-null fields below: what is asked for below one of
 * them is fetched below another at the same path, too, and a null there makes null of what the other asked for (a known
 * fault: docs/adr/0004-engine.md).
 */
function peerPart(draft: Draft, field: string, depth: number): string[] {
  if (draft.peers === 'no more') return []
  if (draft.peers === 'one') draft.peers = 'no more'
  const { nullable } = draft
  draft.nullable = draft.peers === 'many'
  const part = `${field}${condition(draft)} ${selection(draft, 'Node', depth - 1)}`
  draft.nullable = nullable
  return [part]
}

function entityParts(draft: Draft, type: TypeModel, depth: number, alone: boolean): string[] {
  const { random, names } = draft
  const visible = type.fields.filter(({ hidden, nonNull }) => !hidden && !(draft.nullable && nonNull))
  const keys = shownKeyFields(type).filter((name) => random.chance(name === 'id' ? 40 : 10))
  const parts = keys.map((name) => {
    const alias = alone ? names.of(type.name, name) : name
    return `${alias === name ? '' : `${alias}: `}${name}${name === 'path' ? ' { one two }' : ''}`
  })
  for (let i = 1 + random.int(3); i > 0 && visible.length > 0; i--) {
    const field = random.pick(visible)
    if (!isComposite(field) || depth > 0) parts.push(fieldPart(draft, type.name, field, depth, alone))
  }
  if (random.chance(10)) parts.push('seen')
  parts.push(...nodeParts(draft, depth))
  if (depth > 0 && random.chance(15)) {
    const name = `F${draft.fragments.length}`
    const place = draft.fragments.push('') - 1
    draft.fragments[place] =
      `fragment ${name} on ${type.name} ${selection(draft, type.name, depth - 1, alone)}`
    parts.push(`...${name}`)
  }
  return parts
}

/** Response names say type, arguments and inner type, so that two selections never conflict. */
function fieldPart(draft: Draft, type: string, field: FieldModel, depth: number, alone: boolean): string {
  const { random, names } = draft
  const inner = isComposite(field) ? ` ${selection(draft, innerType(field), depth - 1)}` : ''
  const prefix = `${type.toLowerCase()}_${random.chance(30) ? 'x' : ''}${field.name}`
  if (field.argument && random.chance(70)) {
    return `${withArgument(draft, field.name, prefix)}${condition(draft)}${inner}`
  }
  const alias = alone && random.chance(60) ? names.of(type, field.name) : prefix
  return `${alias === field.name ? '' : `${alias}: `}${field.name}${condition(draft)}${inner}`
}

function withArgument(draft: Draft, field: string, prefix: string): string {
  const value = draft.random.int(3)
  const variable = draft.random.chance(40)
  const text = variable ? useVariable(draft, `v${value}`, 'Int', value) : String(value)
  return `${prefix}_${variable ? 'v' : 'c'}${value}: ${field}(n: ${text})`
}

function innerType({ kind, target }: FieldModel): string {
  if (kind === 'value') return 'V'
  return kind === 'any' || kind === 'anys' ? 'Any' : target
}

function condition(draft: Draft): string {
  const { random } = draft
  if (!random.chance(8)) return ''
  const value = random.chance(50)
  const shown = random.chance(50) ? useVariable(draft, `b${random.int(2)}`, 'Boolean!', value) : String(value)
  return ` @${random.pick(['skip', 'include'])}(if: ${shown})`
}

/** An optional variable is sometimes not sent. */
function useVariable(
  { declared, variables, random }: Draft,
  name: string,
  type: string,
  value: unknown,
): string {
  declared.add(`$${name}: ${type}`)
  if (type.endsWith('!') || !random.chance(15)) variables[name] ??= value
  return `$${name}`
}
