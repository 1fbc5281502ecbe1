import type { FacetExtensions } from '../../contracts/facets.ts'
import {
  defaultFieldResolver,
  getNamedType,
  isObjectType,
  type GraphQLField,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'

/** Which facets a response rests on, for the caches of gateways. */
export type FacetTable = {
  /** By type: all facets that a value rests on, except those of nested values in this table. */
  readonly types: Readonly<Record<string, TypeFacets>>
  /**
   * By field, such as `Query.user`: what the field rests on besides. A look-up by another key than the id needs it, because
   * one that finds nothing has no value.
   */
  readonly fields: Readonly<Record<string, FieldFacets>>
}

export type TypeFacets = {
  /** Of an entity that may not exist. @param id as the gateway sent it. Absent if the type is no entity */
  readonly ofId?: (id: string) => readonly string[]
  /** Of a value in a response, whichever fields of it are asked for. */
  readonly ofValue?: (value: never) => readonly string[]
  /** Of a value of which a field besides `id` is asked for. A list of values of which it is not rests on none of them. */
  readonly ofFields?: (value: never) => readonly string[]
}

type FieldFacets = (args: never, context: never) => readonly string[]

/** The facets that a response rests on. */
export type FacetReport = {
  /**
   * For a request for entities: the facets of each representation, in their order. Otherwise there is one list, for the whole
   * response.
   */
  facets(): NonNullable<FacetExtensions['facets']>
}

/** Attaches a report to the context of a request, before it is executed. */
export type AttachReport = (context: object) => FacetReport

/**
 * Wraps the resolvers of a schema, so that they report facets. It costs a request without a report one look-up for each
 * value of a type with facets.
 */
export function reportFacets(schema: GraphQLSchema, { types, fields }: FacetTable): AttachReport {
  const recorders = new WeakMap<object, Recorder>()
  const query = schema.getQueryType()
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      if (type === query && field.name === '_entities') wrap(field, entityResults)
      else {
        const own = fields[`${type.name}.${field.name}`]
        const of = types[getNamedType(field.type).name]?.ofValue
        const ofFields = field.name === 'id' ? undefined : types[type.name]?.ofFields
        if (own ?? of ?? ofFields)
          wrap(field, (recorder, at, result, args, context, source) => {
            recorder.add(at, ofFields?.(source as never))
            recorder.add(at, own?.(args as never, context as never))
            return of ? afterwards(result, (value) => addAll(recorder, at, value, of)) : result
          })
      }
    }
  }

  function wrap(field: GraphQLField<unknown, object>, report: Report): void {
    const resolve = field.resolve ?? defaultFieldResolver
    field.resolve = (source, args: Record<string, unknown>, context, info) => {
      const result: unknown = resolve(source, args, context, info)
      const recorder = recorders.get(context)
      return recorder ? report(recorder, representationOf(info.path), result, args, context, source) : result
    }
  }

  function entityResults(
    recorder: Recorder,
    _: number,
    results: unknown,
    args: Record<string, unknown>,
  ): unknown {
    const references = args['representations'] as readonly { __typename: string; id?: unknown }[]
    if (!Array.isArray(results)) throw new Error('the resolver of _entities returned no list')
    return results.map((result, i) => {
      const { __typename: name, id } = references[i] ?? { __typename: '' }
      const { ofId, ofValue } = types[name] ?? {}
      if (typeof id === 'string') recorder.add(i, ofId?.(id))
      return ofValue ? afterwards(result, (value) => addAll(recorder, i, value, ofValue)) : result
    })
  }

  return (context) => {
    const recorder = new Recorder()
    recorders.set(context, recorder)
    return recorder
  }
}

/** @returns the result, or a promise of it that is fulfilled once everything is recorded */
type Report = (
  recorder: Recorder,
  at: number,
  result: unknown,
  args: Record<string, unknown>,
  context: object,
  source: unknown,
) => unknown

/** Also of lists, and of lists whose items are promises. Those are awaited by the execution after this, so nothing is missed. */
function addAll(
  recorder: Recorder,
  at: number,
  value: unknown,
  ofValue: NonNullable<TypeFacets['ofValue']>,
): void {
  if (Array.isArray(value)) for (const item of value) addAll(recorder, at, item, ofValue)
  else if (value instanceof Promise) {
    value.then(
      (settled: unknown) => addAll(recorder, at, settled, ofValue),
      // The execution reports it.
      () => {},
    )
  } else if (value !== null && value !== undefined) recorder.add(at, ofValue(value as never))
}

function afterwards(result: unknown, act: (value: unknown) => void): unknown {
  if (!(result instanceof Promise)) {
    act(result)
    return result
  }
  return result.then((value: unknown) => {
    act(value)
    return value
  })
}

class Recorder implements FacetReport {
  readonly #sets: Set<string>[] = []

  add(at: number, facets: readonly string[] | undefined): void {
    if (!facets) return
    const set = (this.#sets[at] ??= new Set())
    for (const facet of facets) set.add(facet)
  }

  facets(): string[][] {
    return Array.from(this.#sets, (set: Set<string> | undefined) => [...(set ?? [])])
  }
}

/** The index of the representation that a field belongs to. 0 in a request for other fields. */
function representationOf(path: GraphQLResolveInfo['path']): number {
  let [at, below]: [typeof path, typeof path | null] = [path, null]
  while (at.prev) [at, below] = [at.prev, at]
  return at.key === '_entities' && typeof below?.key === 'number' ? below.key : 0
}
