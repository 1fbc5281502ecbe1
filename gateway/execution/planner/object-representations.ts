import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { InterfaceObjects } from './interface-objects.ts'

/**
 * Keeps the name of the object type in representations that contain what a field of that type requires.
 *
 * For an interface with @key, Apollo's planner sends representations with the name of the interface. If the fetch also asks
 * for a field of one object type with @requires, the subgraph does not find the required values under the interface's
 * name. Under its own name an entity has the fields of the interface, too, unless the subgraph has only the interface
 * (@interfaceObject).
 *
 * @param subtypes names of the types below each abstract type
 */
export function withObjectRepresentations(
  fetch: FetchNode,
  subtypes: Readonly<Record<string, readonly string[]>>,
  objects: InterfaceObjects,
): FetchNode {
  const { requires, inputRewrites, serviceName } = fetch
  if (!requires || !inputRewrites) return fetch
  const conditions = new Set(requires.map(conditionOf))
  const rewritten = new Set(inputRewrites.map(renamedType))
  const changed = inputRewrites.flatMap((rewrite): FetchDataRewrite[] => {
    const name = renamedType(rewrite)
    const isObject = name !== null && objects.bySubgraph.get(serviceName)?.has(name)
    const below = name === null || isObject ? undefined : subtypes[name]
    const isOwn = (type: string) => conditions.has(type) && !rewritten.has(type)
    if (!below?.some(isOwn)) return [rewrite]
    const others = below.filter((type) => !isOwn(type))
    return others.map((type) => ({ ...rewrite, path: [`${FRAGMENT}${type}`, ...rewrite.path.slice(1)] }))
  })
  return { ...fetch, inputRewrites: changed }
}

const FRAGMENT = '... on '

function conditionOf(node: QueryPlanSelectionNode): string | null {
  return node.kind === 'InlineFragment' ? (node.typeCondition ?? null) : null
}

/** The object type that a rewrite replaces by an interface. */
function renamedType({ kind, path: [first = '', ...rest] }: FetchDataRewrite): string | null {
  const isType = kind === 'ValueSetter' && rest.length === 1 && rest[0] === '__typename'
  return isType && first.startsWith(FRAGMENT) ? first.slice(FRAGMENT.length) : null
}
