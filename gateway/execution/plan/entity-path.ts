import type { ResponsePath } from '../subgraph-request.ts'
import { getOwn, isJsonObject, MAX_NESTING, type JsonObject } from '../json.ts'

export type Located = { object: JsonObject; path: ResponsePath }

/** A path of the plan. Names lead into objects. Lists are entered whether or not the plan marks them with `@`. */
export type EntityPath = {
  /** The objects at the path, in document order. */
  collect: (root: JsonObject) => JsonObject[]
  /** The same objects with their paths, for errors. */
  locate: (root: JsonObject) => Located[]
}

export function compileEntityPath(path: readonly (string | number)[]): EntityPath {
  const names = path.map(String).filter((element) => element !== '@')
  return {
    collect(root) {
      let level = [root]
      for (const name of names) {
        const below: JsonObject[] = []
        for (const object of level) collect(getOwn(object, name), MAX_NESTING, below)
        level = below
      }
      return level
    },
    locate: (root) => {
      const found: Located[] = []
      locate(root, names, 0, MAX_NESTING, [], found)
      return found
    },
  }
}

/** @param lists the number of levels of lists that may still be entered */
function collect(value: unknown, lists: number, found: JsonObject[]): void {
  if (isJsonObject(value)) found.push(value)
  else if (Array.isArray(value) && lists > 0) for (const item of value) collect(item, lists - 1, found)
}

function locate(
  value: unknown,
  names: readonly string[],
  depth: number,
  lists: number,
  path: ResponsePath,
  found: Located[],
): void {
  if (Array.isArray(value)) {
    if (lists === 0) return
    value.forEach((item, index) => locate(item, names, depth, lists - 1, [...path, index], found))
  } else if (isJsonObject(value)) {
    const name = names[depth]
    if (name === undefined) found.push({ object: value, path })
    else locate(getOwn(value, name), names, depth + 1, lists, [...path, name], found)
  }
}
