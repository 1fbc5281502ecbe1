import type { SubgraphResponse, SubgraphError } from '../execution/subgraph-request.ts'

type Representations = {
  /** As JSON texts, each once. */
  texts: readonly string[]
  /** For each place that Apollo wants an entity for, its index in `texts`. */
  slots: readonly number[]
}

/** Apollo repeats the representation of an entity that occurs several times; what is sent together must not. */
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

/** A response to `texts`, as if each place had been asked for by itself. */
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
  // Apollo changes them, so each place has one of its own.
  const spread = slots.map((slot) => structuredClone(entities[slot] as unknown))
  return { ...response, data: { ...response.data, _entities: spread }, errors }
}

/**
 * `_entities.3.name` concerns every place whose representation was the fourth. What concerns no entity in particular is
 * reported at the first, as by our own engine: Apollo would put `@` into the path.
 */
function errorsByPlace(error: SubgraphError, slots: readonly number[]): SubgraphError[] {
  const [, index, ...rest] = error.path ?? []
  if (typeof index !== 'number') return [{ ...error, path: ['_entities', 0] }]
  return slots.flatMap((slot, place) =>
    slot === index ? [{ ...error, path: ['_entities', place, ...rest] }] : [],
  )
}
