import type { FieldModel, GraphModel } from './graph-model.ts'
import { ROOTS } from './graph-sdl.ts'
import { hash } from './random.ts'

/** Ids of each type are `0` to `IDS - 1`. */
export const IDS = 4
const STRINGS = ['plain', 'quo"te', 'new\nline', 'ünïcode ✨', '\ud800lone', '', '__proto__', 'a\\b']
const COLORS = ['RED', 'GREEN', 'BLUE']

type Entity = { __typename: string; id: string } & Record<string, unknown>
type Arguments = { n?: number; id?: string }
type Resolver = (parent: Entity, args: Arguments) => unknown

/** Resolvers of one subgraph, or with null of the plain schema. */
export function resolversOf(
  graph: GraphModel,
  subgraph: string | null,
): Record<string, Record<string, Resolver>> {
  const typeName = { __resolveType: ({ __typename }: Entity) => __typename }
  const types = graph.types.map(({ name, fields }) => {
    const owned = fields.filter(({ owners }) => subgraph === null || owners.includes(subgraph))
    const resolvers = owned.map((field): [string, Resolver] => [
      field.name,
      (parent, { n }) => {
        const required = field.requires && requiredValue(graph, name, parent, field.requires, subgraph)
        return valueOf(graph, name, parent.id, field, n ?? null, required)
      },
    ])
    const reference: Resolver = (representation) => ({ ...representation, __typename: name })
    return [
      name,
      { ...(subgraph !== null && { __resolveReference: reference }), ...Object.fromEntries(resolvers) },
    ]
  })
  return { ...Object.fromEntries(types), Query: rootResolvers(graph), Node: typeName, Any: typeName }
}

function rootResolvers({ types }: GraphModel): Record<string, Resolver> {
  const entity = (name: string, id: number): Entity => ({ __typename: name, id: String(id) })
  const mixed = () =>
    [0, 1, 2, 3, 4].map((i) => (i === 3 ? null : entity(types[i % types.length]?.name ?? '', i % IDS)))
  const resolvers: Record<string, Resolver> = {}
  for (const root of ROOTS) {
    resolvers[root.any] = mixed
    resolvers[root.nodes] = mixed
    for (const { name } of types) {
      resolvers[`${root.one}${name}`] = (_, { id }) => (Number(id) < IDS ? entity(name, Number(id)) : null)
      resolvers[`${root.list}${name}`] = () => [0, 1, 2].map((id) => entity(name, id))
    }
  }
  return resolvers
}

/** A subgraph finds what it requires in the representation; the plain schema computes it. */
function requiredValue(
  graph: GraphModel,
  type: string,
  parent: Entity,
  name: string,
  subgraph: string | null,
): unknown {
  if (subgraph !== null) return parent[name]
  const field = graph.types.find((model) => model.name === type)?.fields.find((model) => model.name === name)
  return field && valueOf(graph, type, parent.id, field, null, null)
}

/**
 * The value of a field: a pure function of entity, field and argument, so that the subgraphs and the plain schema
 * answer alike without sharing anything. Now and then it is null (also where it must not be), or an error.
 */
function valueOf(
  graph: GraphModel,
  type: string,
  id: string,
  field: FieldModel,
  n: number | null,
  required: unknown,
): unknown {
  const key = JSON.stringify([
    type,
    id,
    field.name,
    field.argument && n,
    field.requires && (required ?? null),
  ])
  const dice = hash(key)
  if (field.throws && dice % 3 === 0) throw new Error(`thrown by ${type}.${field.name}`)
  if (dice % 7 === 0 && (!field.nonNull || dice % 5 === 0)) return null
  const made = hash(`${key}!`)
  const types = graph.types.map(({ name }) => name)
  const entity = (seed: number, name?: string): Entity => ({
    __typename: name ?? types[seed % types.length] ?? '',
    id: String((seed >>> 8) % IDS),
  })
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
        b: made % 11 === 0 ? null : `b${made % 10}`,
        c: made % 4 === 0 ? null : [made % 3, made % 4],
      }
  }
}
