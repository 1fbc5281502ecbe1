import { canBeRequired, type FieldModel, type RequiredModel } from './graph-fields.ts'
import type { GraphModel } from './graph-model.ts'
import { hash } from './random.ts'

export const ENTITIES_PER_TYPE = 4
/** The default of the arguments `n`. */
const DEFAULT_N = 3
const STRINGS = ['plain', 'quo"te', 'new\nline', 'ünïcode ✨', '\ud800lone', '', '__proto__', 'a\\b']
const COLORS = ['RED', 'GREEN', 'BLUE']

export type Entity = { __typename: string; id: string } & Record<string, unknown>
export type Value = { a: unknown; b: unknown; c: unknown; seed: number }

/** The value of a required field, as a subgraph finds it in a representation, computed directly. */
export function requiredValue(
  graph: GraphModel,
  type: string,
  id: string,
  { name, n, d }: RequiredModel,
): unknown {
  const field = graph.types.find((model) => model.name === type)?.fields.find((model) => model.name === name)
  const value = field && valueOf(graph, type, id, field, n ?? DEFAULT_N, [])
  return d === null || !value ? value : { a: (value as Value).a, d: valueD(value as Value, d) }
}

/** The n-th entity of a type. Ids are unique across types, because interfaces have `id` as a key. */
export function entityOf({ types }: GraphModel, name: string, number: number): Entity {
  const place = types.findIndex((type) => type.name === name)
  return { __typename: name, id: String(number * types.length + place) }
}

export function entityOfId({ types }: GraphModel, id: number): Entity {
  return { __typename: types[id % types.length]?.name ?? '', id: String(id) }
}

/** Null for some entities. */
export function label({ __typename, id }: Entity): string | null {
  return __typename === 'B' && Number(id) < 3 ? null : `label of ${__typename} ${id}`
}

export function valueD({ seed }: Value, n: number | null): number | null {
  const hashValue = hash(`${seed} ${n}`)
  return hashValue % 8 === 0 ? null : hashValue % 50
}

/**
 * The value of a field: a pure function of entity, field and argument, so that the subgraphs and the plain schema
 * give the same response without sharing state. It is sometimes null (even if the field is non-null), or an error.
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
  const hashValue = hash(key)
  if (field.throws && hashValue % 3 === 0) throw new Error(`thrown by ${type}.${field.name}`)
  if (hashValue % 7 === 0 && (!field.nonNull || hashValue % 5 === 0)) return null
  const valueHash = hash(`${key}!`)
  const types = graph.types.map(({ name: typeName }) => typeName)
  const entity = (seed: number, typeName = types[seed % types.length] ?? ''): Entity =>
    entityOf(graph, typeName, (seed >>> 8) % ENTITIES_PER_TYPE)
  const many = (name?: string) =>
    Array.from({ length: valueHash % 4 }, (_, i) =>
      hash(`${key}${i}`) % 9 === 0 ? null : entity(hash(`${key}${i}r`), name),
    )
  switch (field.kind) {
    case 'Int':
      return valueHash % 1000
    case 'String':
      return `${STRINGS[valueHash % STRINGS.length]}${valueHash % 10}`
    case 'Boolean':
      return valueHash % 2 === 0
    case 'Color':
      return COLORS[valueHash % 3]
    case 'ref':
      return entity(valueHash, field.target)
    case 'refs':
      return many(field.target)
    case 'any':
      return entity(valueHash)
    case 'anys':
      return many()
    case 'value':
      return {
        a: valueHash % 5 === 0 ? null : valueHash % 100,
        // Never null where it may be required: an error in a client-selected field would null the whole required object.
        b: valueHash % 11 === 0 && !canBeRequired(field) ? null : `b${valueHash % 10}`,
        c: valueHash % 4 === 0 ? null : [valueHash % 3, valueHash % 4],
        seed: valueHash,
      } satisfies Value
  }
}
