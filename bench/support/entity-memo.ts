import type { ExecutionResult } from 'graphql'
import type { FacetExtensions } from '../../contracts/facets.ts'

/**
 * Stores the result of each entity by its selection and representation. It can serve fetches whose combination of
 * entities is new, if every entity is known.
 */
export type EntityMemo = {
  /** The response's JSON and the representations of the request. Null unless every entity is known. */
  find(body: string): { json: string; representations: readonly string[] } | null
  /** Stores the entities of a response individually, with their facets if it reports them. */
  add(body: string, response: ExecutionResult & { extensions?: FacetExtensions }): void
}

/** JSON of an entity and of its facets. The facets are null if they were not reported. */
type Known = { entity: string; facets: string | null }

const LIST = '"representations":['
const TAIL = ']}}'

export function createEntityMemo(): EntityMemo {
  const byHead = new Map<string, Map<string, Known>>()
  return {
    find(body) {
      const parts = partsOf(body)
      const known = parts && byHead.get(parts.head)
      if (!known) return null
      const results: Known[] = []
      for (const representation of parts.representations) {
        const result = known.get(representation)
        if (result === undefined) return null
        results.push(result)
      }
      const entities = results.map(({ entity }) => entity).join()
      const lists = results.map(({ facets }) => facets)
      const extensions = lists.includes(null) ? '' : `,"extensions":{"facets":[${lists.join()}]}`
      return {
        json: `{"data":{"_entities":[${entities}]}${extensions}}`,
        representations: parts.representations,
      }
    },
    add(body, { data, errors, extensions }) {
      const parts = partsOf(body)
      const entities = (data as { _entities?: unknown } | undefined)?._entities
      if (!parts || errors || !Array.isArray(entities)) return
      const known = byHead.get(parts.head) ?? new Map<string, Known>()
      byHead.set(parts.head, known)
      const lists = extensions?.facets
      parts.representations.forEach((text, i) => {
        const facets = lists ? JSON.stringify(lists[i] ?? []) : null
        known.set(text, { entity: JSON.stringify(entities[i]), facets })
      })
    },
  }
}

/** Splits a body. Null unless the representations are its last variable, as in our requests. */
function partsOf(body: string): { head: string; representations: string[] } | null {
  const at = body.indexOf(LIST)
  if (at < 0 || !body.endsWith(TAIL)) return null
  const list: unknown = parse(`[${body.slice(at + LIST.length, -TAIL.length)}]`)
  if (!Array.isArray(list)) return null
  return { head: body.slice(0, at), representations: list.map((item) => JSON.stringify(item)) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
