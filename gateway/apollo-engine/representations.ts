import type { SubgraphResponse, SubgraphError } from '../execution/subgraph-request.ts'

type Representations = {
  /** The distinct representations as JSON texts. */
  texts: readonly string[]
  /** For each entity that Apollo requests, its index in `texts`. */
  slots: readonly number[]
}

/** Removes repeated representations. Apollo repeats the one of an entity that occurs several times, but a batch must not. */
export function onceEach(representations: readonly unknown[]): Representations {
  const indices = new Map<string, number>()
  const slots = representations.map((representation) => {
    const text = JSON.stringify(representation)
    const index = indices.get(text) ?? indices.size
    indices.set(text, index)
    return index
  })
  return { texts: [...indices.keys()], slots }
}

/** Converts a response for `texts` to a response for all entities that Apollo requested. */
export function toEachPlace(
  response: SubgraphResponse,
  texts: readonly string[],
  slots: readonly number[],
): SubgraphResponse {
  const errors = response.errors?.flatMap((error) => errorsByPlace(error, slots))
  const entities = response.data?.['_entities']
  if (!Array.isArray(entities) || entities.length !== texts.length || texts.length === slots.length) {
    return { ...response, errors }
  }
  // Apollo changes entities, so each place needs its own copy.
  const spread = slots.map((slot) => structuredClone(entities[slot] as unknown))
  return { ...response, data: { ...response.data, _entities: spread }, errors }
}

/**
 * The errors of an entity, for each place with its representation. An error without the index of an entity is reported at the
 * first one, as in our own engine: Apollo would put `@` into its path.
 */
function errorsByPlace(error: SubgraphError, slots: readonly number[]): SubgraphError[] {
  const [, index, ...rest] = error.path ?? []
  if (typeof index !== 'number') return [{ ...error, path: ['_entities', 0] }]
  return slots.flatMap((slot, place) =>
    slot === index ? [{ ...error, path: ['_entities', place, ...rest] }] : [],
  )
}
