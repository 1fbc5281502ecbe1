import { parseExactly } from '../exact-number.ts'
import { getOwn, type JsonObject } from '../json.ts'
import type { Projection } from './projection.ts'
import type { Rewrite } from './rewrites.ts'

/** The distinct representations of entities, as JSON texts, in the order of their first occurrence. */
export type Numbered = {
  texts: readonly string[]
  /** For each entity, the index of its representation in `texts`. -1 if it has none. */
  slots: readonly number[]
}

/** Up to this size, searching a list is faster than filling a Map. */
const FEW = 16

/**
 * Finds the distinct representations of entities. If one leaf identifies them, like an id, its values are compared, and a
 * text is written only for distinct ones. Otherwise the texts are compared.
 *
 * @returns a function of the entities. Its argument `plain` is true if no string in the data has a character that JSON escapes.
 */
export function compileNumbering(
  projection: Projection,
  rewrite: Rewrite | null,
): (entities: readonly JsonObject[], plain: boolean) => Numbered {
  const finish = (text: string | null) => (rewrite ? rewritten(text, rewrite) : text)

  function byText(entities: readonly JsonObject[], plain: boolean): Numbered {
    const texts = createPlaces<string>(entities.length)
    const slots = entities.map((entity) => {
      const text = finish(projection(entity)?.write(entity, plain) ?? null)
      return text === null ? -1 : texts.placeOf(text)
    })
    return { slots, texts: texts.all }
  }

  return (entities, plain) => {
    const form = entities[0] && projection(entities[0])
    if (rewrite || form?.sole == null) return byText(entities, plain)
    const values = createPlaces<unknown>(entities.length)
    const texts: string[] = []
    const slots: number[] = []
    for (const entity of entities) {
      const value = getOwn(entity, form.sole)
      // An entity of another type, or without a value: rare, so the texts are compared.
      if (typeof value !== 'string' || projection(entity) !== form) return byText(entities, plain)
      const slot = values.placeOf(value)
      if (slot === texts.length) {
        const text = form.write(entity, plain)
        if (text === null) return byText(entities, plain)
        texts.push(text)
      }
      slots.push(slot)
    }
    return { slots, texts }
  }
}

/** The distinct values in the order of their first occurrence. */
type Places<Value> = { readonly all: readonly Value[]; placeOf(value: Value): number }

function createPlaces<Value>(expected: number): Places<Value> {
  const all: Value[] = []
  if (expected <= FEW) {
    return {
      all,
      placeOf(value) {
        const known = all.indexOf(value)
        return known < 0 ? all.push(value) - 1 : known
      },
    }
  }
  const places = new Map<Value, number>()
  return {
    all,
    placeOf(value) {
      let place = places.get(value)
      if (place === undefined) places.set(value, (place = all.push(value) - 1))
      return place
    },
  }
}

/** Rewrites a representation. The planner's input rewrites are rare, so this may be slow. */
function rewritten(text: string | null, rewrite: Rewrite): string | null {
  if (text === null) return null
  const representation = parseExactly(text)
  rewrite(representation)
  return JSON.stringify(representation)
}
