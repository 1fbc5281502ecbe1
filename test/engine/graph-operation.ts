import { isComposite, type FieldModel, type GraphModel } from './graph-model.ts'
import { ROOTS } from './graph-sdl.ts'
import { IDS } from './graph-values.ts'
import type { Random } from './random.ts'

export type Operation = { query: string; variables: Record<string, unknown> }

type Draft = {
  graph: GraphModel
  random: Random
  variables: Record<string, unknown>
  declared: Set<string>
  fragments: string[]
}

/** A random operation: aliases, fragments, abstract types, arguments, variables with and without values, conditions. */
export function makeOperation(graph: GraphModel, random: Random): Operation {
  const draft: Draft = { graph, random, variables: {}, declared: new Set(), fragments: [] }
  const parts = Array.from({ length: 1 + random.int(2) }, (_, i) => {
    const [root, type] = pickRoot(draft)
    return `r${i}: ${root}${condition(draft)} ${selection(draft, type, 1 + random.int(3))}`
  })
  const head = draft.declared.size > 0 ? `query Q(${[...draft.declared].join(', ')})` : 'query Q'
  return { query: `${head} { ${parts.join(' ')} } ${draft.fragments.join(' ')}`, variables: draft.variables }
}

function pickRoot({ graph, random }: Draft): [string, string] {
  const root = random.pick(ROOTS)
  const { name } = random.pick(graph.types)
  return random.pick<[string, string]>([
    [`${root.one}${name}(id: "${random.int(IDS + 1)}")`, name],
    [`${root.list}${name}`, name],
    [root.any, 'Any'],
    [root.nodes, 'Node'],
  ])
}

function selection(draft: Draft, type: string, depth: number): string {
  if (type === 'V') return '{ a b c }'
  const model = draft.graph.types.find(({ name }) => name === type)
  const parts = draft.random.chance(20) ? [draft.random.pick(['__typename', 't: __typename'])] : []
  parts.push(...(model ? entityParts(draft, type, model.fields, depth) : abstractParts(draft, type, depth)))
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`
}

function abstractParts(draft: Draft, type: string, depth: number): string[] {
  const { graph, random } = draft
  const parts = type === 'Node' && random.chance(60) ? [`id${condition(draft)}`] : []
  for (const { name } of graph.types) {
    if (random.chance(60)) parts.push(`... on ${name}${condition(draft)} ${selection(draft, name, depth)}`)
  }
  if (type === 'Any' && random.chance(20)) parts.push('... on Node { id }')
  return parts
}

function entityParts(draft: Draft, type: string, fields: readonly FieldModel[], depth: number): string[] {
  const { random } = draft
  const parts = random.chance(40) ? ['id'] : []
  for (let i = 1 + random.int(3); i > 0; i--) {
    const field = random.pick(fields)
    if (!isComposite(field) || depth > 0) parts.push(fieldPart(draft, type, field, depth))
  }
  if (depth > 0 && random.chance(15)) {
    const name = `F${draft.fragments.length}`
    const place = draft.fragments.push('') - 1
    draft.fragments[place] = `fragment ${name} on ${type} ${selection(draft, type, depth - 1)}`
    parts.push(`...${name}`)
  }
  return parts
}

/** Response names say type, arguments and inner type, so that two selections never conflict. */
function fieldPart(draft: Draft, type: string, field: FieldModel, depth: number): string {
  const { random } = draft
  let name = `${type.toLowerCase()}_${random.chance(30) ? 'x' : ''}${field.name}`
  let args = ''
  if (field.argument && random.chance(70)) {
    const value = random.int(3)
    const variable = random.chance(40)
    args = `(n: ${variable ? useVariable(draft, `v${value}`, 'Int', value) : value})`
    name += `_${variable ? 'v' : 'c'}${value}`
  }
  const inner = isComposite(field) ? ` ${selection(draft, innerType(field), depth - 1)}` : ''
  return `${name}: ${field.name}${args}${condition(draft)}${inner}`
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
