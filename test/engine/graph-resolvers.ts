import type { FieldModel } from './graph-fields.ts'
import { idOf, KEY_FIELDS, keyValue, type KeyField } from './graph-keys.ts'
import { OBJECTS, type GraphModel, type TypeModel } from './graph-model.ts'
import { providedIn, ROOTS } from './graph-sdl.ts'
import {
  entityOf,
  entityOfId,
  ENTITIES_PER_TYPE,
  label,
  requiredValue,
  valueD,
  valueOf,
  type Entity,
  type Value,
} from './graph-values.ts'

type Arguments = { n?: number; id?: string; by?: number }
type Resolver = (parent: Entity, args: Arguments) => unknown
type TypeResolvers = Record<string, Resolver>

/**
 * Resolvers of one subgraph, or with null of the plain schema.
 *
 * @param log of the mutations that ran, in their order; what they return depends on it
 */
export function resolversOf(
  graph: GraphModel,
  subgraph: string | null,
  log: number[],
): Record<string, TypeResolvers> {
  if (subgraph === OBJECTS) return { Node: objectResolvers(graph), Query: topResolvers(graph, true) }
  const types = graph.types.map((type) => [type.name, typeResolvers(graph, type, subgraph, log)] as const)
  const byTypename = { __resolveType: ({ __typename }: Entity) => __typename }
  return {
    ...Object.fromEntries(types),
    V: { d: (value, { n }) => valueD(value as unknown as Value, n ?? null) },
    Query: { ...rootResolvers(graph), ...(subgraph === null && topResolvers(graph, false)) },
    Mutation: mutationResolvers(graph, log),
    Node: {
      ...byTypename,
      ...(subgraph === graph.subgraphs[0] && {
        __resolveReference: ({ id }) => entityOfId(graph, Number(id)),
      }),
    },
    Tag: byTypename,
    Any: byTypename,
  }
}

function typeResolvers(
  graph: GraphModel,
  type: TypeModel,
  subgraph: string | null,
  log: readonly number[],
): TypeResolvers {
  const { name, fields, keys, known } = type
  const resolvers: TypeResolvers = {}
  const ownKeys = subgraph === null ? [] : (keys[subgraph] ?? [])
  const knownKeys = subgraph === null ? (Object.keys(KEY_FIELDS) as KeyField[]) : (known[subgraph] ?? [])
  resolvers['label'] = (parent) => label(parent)
  for (const field of knownKeys) resolvers[field] = ({ id }) => keyValue(field, id)
  if (subgraph === null || subgraph === graph.subgraphs[0]) resolvers['seen'] = () => log.length
  const provided = subgraph === null ? [] : providedIn(graph, type, subgraph)
  for (const field of fields) {
    if (subgraph !== null && field.overrides === subgraph) resolvers[field.name] = overridden
    else if (subgraph === null || field.owners.includes(subgraph) || provided.includes(field.name)) {
      resolvers[field.name] = fieldResolver(graph, name, field, subgraph, provided)
    }
  }
  if (subgraph === null) {
    for (const field of graph.nodeFields)
      resolvers[field.name] = fieldResolver(graph, 'Node', field, null, [])
    return { ...resolvers, ...peerResolvers(graph, false) }
  }
  return {
    ...resolvers,
    __resolveReference: (representation) => {
      const id = idOf(ownKeys, representation)
      if (id === null) throw new Error(`no key of ${name} in ${JSON.stringify(representation)}`)
      return { ...representation, __typename: name, id }
    },
  }
}

function overridden(): never {
  throw new Error('an overridden field was asked for')
}

/**
 * A subgraph finds what it requires in the representation, or provides it itself; the plain schema computes it.
 *
 * @param provided names of the type's fields that the subgraph provides
 */
function fieldResolver(
  graph: GraphModel,
  type: string,
  field: FieldModel,
  subgraph: string | null,
  provided: readonly string[],
): Resolver {
  return (parent, { n }) => {
    const required = field.requires.map((wanted) => {
      const isOwn = subgraph === null || (provided.includes(wanted.name) && !(wanted.name in parent))
      return isOwn ? requiredValue(graph, type, parent.id, wanted) : ordered(parent[wanted.name])
    })
    return valueOf(graph, type, parent.id, field, n ?? null, required)
  }
}

/** Of the value type, only what was required, in one order. */
function ordered(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { a, d } = value as Record<string, unknown>
  return { a, d }
}

function objectResolvers(graph: GraphModel): TypeResolvers {
  const fields = graph.nodeFields.map((field) => {
    return [field.name, fieldResolver(graph, 'Node', field, OBJECTS, [])] as const
  })
  return {
    ...Object.fromEntries(fields),
    ...peerResolvers(graph, true),
    __resolveReference: (representation) => representation,
  }
}

/** @param untyped as the subgraph of @interfaceObjects knows entities */
function knownEntity(graph: GraphModel, id: number, untyped: boolean): object {
  return untyped ? { id: String(id) } : entityOfId(graph, id)
}

function topResolvers(graph: GraphModel, untyped: boolean): TypeResolvers {
  return {
    tops: () => [0, 1, 2, 7].map((id) => (id === 2 ? null : knownEntity(graph, id, untyped))),
    strict: () => [3, 4, 4].map((id) => knownEntity(graph, id, untyped)),
    top: (_, { id }) => (Number(id) < ENTITIES_PER_TYPE ? knownEntity(graph, Number(id), untyped) : null),
  }
}

function peerResolvers(graph: GraphModel, untyped: boolean): TypeResolvers {
  const all = ENTITIES_PER_TYPE * graph.types.length
  return {
    peer: ({ id }) => (id === '3' ? null : knownEntity(graph, (Number(id) + 1) % all, untyped)),
    peers: ({ id }) => [1, 2].map((i) => knownEntity(graph, (Number(id) + i) % all, untyped)),
  }
}

function rootResolvers(graph: GraphModel): TypeResolvers {
  const { types } = graph
  const mixed = () =>
    [0, 1, 2, 3, 4].map((i) =>
      i === 3 ? null : entityOf(graph, types[i % types.length]?.name ?? '', i % ENTITIES_PER_TYPE),
    )
  const resolvers: TypeResolvers = { shared: mixed }
  for (const root of ROOTS) {
    resolvers[root.any] = mixed
    resolvers[root.nodes] = mixed
    for (const { name } of types) {
      resolvers[`${root.one}${name}`] = (_, { id }) =>
        Number(id) < ENTITIES_PER_TYPE ? entityOf(graph, name, Number(id)) : null
      resolvers[`${root.list}${name}`] = () => [0, 1, 2].map((id) => entityOf(graph, name, id))
    }
  }
  return resolvers
}

function mutationResolvers(graph: GraphModel, log: number[]): TypeResolvers {
  const { types } = graph
  const resolvers: TypeResolvers = {}
  for (const { change } of ROOTS) {
    for (const { name } of types) {
      resolvers[`${change}${name}`] = (_, { by = 0 }) =>
        entityOf(graph, name, (log.push(by) + by) % ENTITIES_PER_TYPE)
    }
  }
  return resolvers
}
