import type { JsonObject } from '../json.ts'
import type { Located } from './entity-path.ts'

/** Where the entities of a fetch are in the response, in its order: all that were asked for, and by representation. */
export type Places = {
  all: readonly Located[]
  bySlot: ReadonlyMap<number, readonly Located[]>
}

/** @param slots number of the representation that stands for each entity; -1: the entity was not asked for */
export function placesOf(
  located: readonly Located[],
  entities: readonly JsonObject[],
  slots: readonly number[],
): Places {
  const slotOf = new Map(entities.map((entity, i) => [entity, slots[i] ?? -1]))
  const all: Located[] = []
  const bySlot = new Map<number, Located[]>()
  for (const place of located) {
    const slot = slotOf.get(place.object) ?? -1
    if (slot < 0) continue
    all.push(place)
    const others = bySlot.get(slot)
    if (others) others.push(place)
    else bySlot.set(slot, [place])
  }
  return { all, bySlot }
}
