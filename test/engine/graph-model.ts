import { makeField, type FieldModel } from './graph-fields.ts'
import { keyFields, makeKeys, type KeyField, type KeyModel } from './graph-keys.ts'
import type { Random } from './random.ts'

export type TypeModel = {
  name: string
  fields: FieldModel[]
  /** By subgraph. */
  keys: Readonly<Record<string, KeyModel[]>>
  /** Fields of keys that a subgraph has, also of keys that it does not have itself. By subgraph. */
  known: Readonly<Record<string, KeyField[]>>
}

export type GraphModel = {
  subgraphs: string[]
  types: TypeModel[]
  /** Fields that the subgraph `objects` adds to every type, by an @interfaceObject of their interface; or none. */
  nodeFields: FieldModel[]
  /** With `objects`, the types of the interface `Tag`, which only the first subgraph knows. All: so is their interface. */
  tagged: string[]
}

/** The subgraph that knows entities only by their interface. */
export const OBJECTS = 'objects'

/** Two to four subgraphs that share two to four entity types, each field of which one or two of them resolve. */
export function makeGraph(random: Random): GraphModel {
  const subgraphs = ['s0', 's1', 's2', 's3'].slice(0, 2 + random.int(random.chance(15) ? 3 : 2))
  const names = ['A', 'B', 'C', 'D'].slice(0, 2 + random.int(3))
  const hasObjects = random.chance(30)
  const types = names.map((name) => {
    const fields: FieldModel[] = []
    for (let i = 4 + random.int(6); i > 0; i--) {
      fields.push(makeField(random, subgraphs, names, fields))
    }
    const keys = keysOf(random, subgraphs, hasObjects)
    const known = Object.entries(keys).map(([subgraph, own]) => {
      return [subgraph, keyFields(own, random.chance(80))] as const
    })
    return { name, fields, keys, known: Object.fromEntries(known) }
  })
  provideSome(random, types)
  return {
    subgraphs,
    types,
    nodeFields: hasObjects ? makeNodeFields(random, names) : [],
    tagged: hasObjects ? names.filter((_, i) => i === 0 || random.chance(70)) : [],
  }
}

/** An interface can be an entity only if its types can be by the same key. */
function keysOf(random: Random, subgraphs: readonly string[], hasObjects: boolean): TypeModel['keys'] {
  return Object.fromEntries(
    subgraphs.map((subgraph, i) => {
      const keys = hasObjects && i === 0 ? [{ fields: 'id', resolvable: true }] : makeKeys(random)
      return [subgraph, keys]
    }),
  )
}

/** Without faults: the planner asks for a field that one type's selection has for entities of other types, too. */
function makeNodeFields(random: Random, names: readonly string[]): FieldModel[] {
  const fields: FieldModel[] = []
  for (let i = 1 + random.int(3); i > 0; i--) {
    const field = makeField(random, [OBJECTS], names, [])
    const kind = random.pick(['Int', 'String', 'Color'] as const)
    fields.push({ ...field, kind, name: `g${fields.length}`, hidden: false, nonNull: false, throws: false })
  }
  return fields
}

/** Some references bring a field of their target along, which another subgraph has. */
function provideSome(random: Random, types: readonly TypeModel[]): void {
  for (const field of types.flatMap(({ fields }) => fields)) {
    const isReference = field.kind === 'ref' || field.kind === 'refs'
    if (!isReference || field.owners.length > 1 || !random.chance(25)) continue
    const target = types.find(({ name }) => name === field.target)
    const candidates = target?.fields.filter((other) => canBeProvided(other, field.owners)) ?? []
    if (candidates.length === 0) continue
    const provided = random.pick(candidates)
    field.provides = provided.name
    provided.isProvided = true
  }
}

function canBeProvided(field: FieldModel, by: readonly string[]): boolean {
  const { kind, argument, requires, owners, overrides, hidden } = field
  const plain = kind === 'String' && !argument && requires.length === 0 && !overrides && !hidden
  return plain && owners.length === 1 && !by.includes(owners[0] ?? '')
}
