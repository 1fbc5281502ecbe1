import { canBeRequired, type FieldModel, type RequiredModel } from './graph-fields.ts'
import type { GraphModel } from './graph-model.ts'
import { hash } from './random.ts'

/** Entities of each type. */
export const IDS = 4
/** The default of the arguments `n`. */
const DEFAULT = 3
const STRINGS = ['plain', 'quo"te', 'new\nline', 'ünïcode ✨', '\ud800lone', '', '__proto__', 'a\\b']
const COLORS = ['RED', 'GREEN', 'BLUE']

export type Entity = { __typename: string; id: string } & Record<string, unknown>
export type Value = { a: unknown; b: unknown; c: unknown; seed: number }

/** What a subgraph finds of a required field in a representation, computed without one. */
export function requiredValue(
  graph: GraphModel,
  type: string,
  id: string,
  { name, n, d }: RequiredModel,
): unknown {
  const field = graph.types.find((model) => model.name === type)?.fields.find((model) => model.name === name)
  const value = field && valueOf(graph, type, id, field, n ?? DEFAULT, [])
  return d === null || !value ? value : { a: (value as Value).a, d: valueD(value as Value, d) }
}

/** An entity of a type, by its number. No other type has one of this id, since an interface has it for a key. */
export function entityOf({ types }: GraphModel, name: string, number: number): Entity {
  const place = types.findIndex((type) => type.name === name)
  return { __typename: name, id: String(number * types.length + place) }
}

export function entityOfId({ types }: GraphModel, id: number): Entity {
  return { __typename: types[id % types.length]?.name ?? '', id: String(id) }
}

/** At times null. */
export function label({ __typename, id }: Entity): string | null {
  return __typename === 'B' && Number(id) < 3 ? null : `label of ${__typename} ${id}`
}

export function valueD({ seed }: Value, n: number | null): number | null {
  const dice = hash(`${seed} ${n}`)
  return dice % 8 === 0 ? null : dice % 50
}

/**
 * The value of a field: a pure function of entity, field and argument, so that the subgraphs and the plain schema
 * answer alike without sharing anything. Now and then it is null (also where it must not be), or an error.
 */
export function valueOf(
  graph: GraphModel,
  type: string,
  id: string,
  field: FieldModel,
  n: number | null,
  required: readonly unknown[],
): unknown {
  const key = JSON.stringify([
    type,
    id,
    field.name,
    field.argument && n,
    required.map((value) => value ?? null),
  ])
  const dice = hash(key)
  if (field.throws && dice % 3 === 0) throw new Error(`thrown by ${type}.${field.name}`)
  if (dice % 7 === 0 && (!field.nonNull || dice % 5 === 0)) return null
  const made = hash(`${key}!`)
  const types = graph.types.map(({ name: typeName }) => typeName)
  const entity = (seed: number, typeName = types[seed % types.length] ?? ''): Entity =>
    entityOf(graph, typeName, (seed >>> 8) % IDS)
  const many = (name?: string) =>
    Array.from({ length: made % 4 }, (_, i) =>
      hash(`${key}${i}`) % 9 === 0 ? null : entity(hash(`${key}${i}r`), name),
    )
  switch (field.kind) {
    case 'Int':
      return made % 1000
    case 'String':
      return `${STRINGS[made % STRINGS.length]}${made % 10}`
    case 'Boolean':
      return made % 2 === 0
    case 'Color':
      return COLORS[made % 3]
    case 'ref':
      return entity(made, field.target)
    case 'refs':
      return many(field.target)
    case 'any':
      return entity(made)
    case 'anys':
      return many()
    case 'value':
      return {
        a: made % 5 === 0 ? null : made % 100,
        // Not where it may be required: a fault of what a client asks for there makes null of what is required, too.
        b: made % 11 === 0 && !canBeRequired(field) ? null : `b${made % 10}`,
        c: made % 4 === 0 ? null : [made % 3, made % 4],
        seed: made,
      } satisfies Value
  }
}
