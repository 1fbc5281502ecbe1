import type { FetchDataRewrite } from '@apollo/query-planner'
import type { PlannedFetch } from '../planner/planner.ts'
import { getOwn, isJsonObject, MAX_NESTING, setOwn, type JsonObject } from '../json.ts'
import type { TypeIndex } from '../type-index.ts'

/** A rewrite of the plan. It changes an object in place: it renames a key or sets a value. */
export type Rewrite = (value: unknown) => void

const FRAGMENT = '... on '

/** Compiles the planner's rewrites of a fetch's input or output. Null if there are none. */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: TypeIndex,
): Rewrite | null {
  if (!rewrites || rewrites.length === 0) return null
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, types))
  return (value) => {
    for (const rewrite of compiled) rewrite(value)
  }
}

/** Compiles the rewrites of a fetch's output: the planner's, and the types of @interfaceObject entities. */
export function compileOutputRewrites(
  { outputRewrites, interfaceObjects = [] }: PlannedFetch,
  types: TypeIndex,
): Rewrite | null {
  const planned = compileRewrites(outputRewrites, types)
  if (interfaceObjects.length === 0) return planned
  const typed = interfaceObjects.map(({ path, type }) =>
    compileChange(path, types, (object) => (object['__typename'] ??= type)),
  )
  return (value) => {
    for (const rewrite of typed) rewrite(value)
    planned?.(value)
  }
}

function compileRewrite(rewrite: FetchDataRewrite, types: TypeIndex): Rewrite {
  const last = rewrite.path.at(-1) ?? ''
  return compileChange(rewrite.path, types, (object) => {
    if (rewrite.kind === 'ValueSetter') return setOwn(object, last, rewrite.setValueTo)
    const value = getOwn(object, last)
    if (value === undefined) return
    delete object[last]
    setOwn(object, rewrite.renameKeyTo, value)
  })
}

/** @param path the path to the key that changes */
function compileChange(
  path: readonly string[],
  types: TypeIndex,
  change: (object: JsonObject) => void,
): Rewrite {
  return path.slice(0, -1).reduceRight<Rewrite>(
    (inner, element) => step(element, inner, types),
    (value) => eachObject(value, change),
  )
}

function step(element: string, inner: Rewrite, types: TypeIndex): Rewrite {
  if (!element.startsWith(FRAGMENT)) {
    return (value) => eachObject(value, (object) => inner(getOwn(object, element)))
  }
  const names = types.satisfying(element.slice(FRAGMENT.length))
  return (value) =>
    eachObject(value, (object) => {
      const typename = object['__typename']
      if (typeof typename !== 'string' || names.has(typename)) inner(object)
    })
}

function eachObject(value: unknown, act: (object: JsonObject) => void, lists = MAX_NESTING): void {
  if (Array.isArray(value)) {
    if (lists > 0) for (const item of value) eachObject(item, act, lists - 1)
  } else if (isJsonObject(value)) act(value)
}
