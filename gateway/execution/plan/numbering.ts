import { getOwn, type JsonObject } from '../json.ts'
import type { Form, Projection } from './projection.ts'
import type { Rewrite } from './rewrites.ts'

/** The representations of some entities, each once, as JSON texts in the order in which they first occur. */
export type Numbered = {
  texts: readonly string[]
  /** For each entity the place of its representation in `texts`; -1: it has none. */
  slots: readonly number[]
}

/**
 * Finds the distinct representations of entities. Where one leaf tells them apart, as an id does, its value decides, and a
 * text is only written for the first of each; else the texts decide.
 */
export function compileNumbering(
  projection: Projection,
  rewrite: Rewrite | null,
): (entities: readonly JsonObject[]) => Numbered {
  const finish = (text: string | null) => (rewrite ? rewritten(text, rewrite) : text)
  return (entities) => {
    const texts: string[] = []
    const byText = new Map<string, number>()
    const byValue = new Map<Form, Map<unknown, number>>()

    function slotOf(entity: JsonObject): number {
      const form = projection(entity)
      if (!form) return -1
      const value = form.sole === null ? undefined : getOwn(entity, form.sole)
      if (typeof value !== 'string') return slotOfText(finish(form.write(entity)))
      let slots = byValue.get(form)
      if (!slots) byValue.set(form, (slots = new Map()))
      let slot = slots.get(value)
      if (slot === undefined) slots.set(value, (slot = slotOfText(finish(form.write(entity)))))
      return slot
    }

    function slotOfText(text: string | null): number {
      if (text === null) return -1
      let slot = byText.get(text)
      if (slot === undefined) byText.set(text, (slot = texts.push(text) - 1))
      return slot
    }

    return { slots: entities.map(slotOf), texts }
  }
}

/** The planner's input rewrites are rare: they take the slow road over the object. */
function rewritten(text: string | null, rewrite: Rewrite): string | null {
  if (text === null) return null
  const representation: unknown = JSON.parse(text)
  rewrite(representation)
  return JSON.stringify(representation)
}
