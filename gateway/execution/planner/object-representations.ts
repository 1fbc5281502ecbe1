import type { FetchDataRewrite, FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import type { InterfaceObjects } from './interface-objects.ts'

/**
 * Leaves the object types in representations that carry what a field of the type requires.
 *
 * Apollo's planner sends entities to an interface's @key under the interface's name. When a fetch also asks for a field of
 * one object type, what this field requires goes with the same representation, to the interface, whose subgraph has no
 * use for it. Under its own name an entity has the fields of the interface, too, unless the subgraph knows the interface
 * only (@interfaceObject).
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

/** The type whose entities a rewrite gives another name. */
function renamedType({ kind, path: [first = '', ...rest] }: FetchDataRewrite): string | null {
  const isType = kind === 'ValueSetter' && rest.length === 1 && rest[0] === '__typename'
  return isType && first.startsWith(FRAGMENT) ? first.slice(FRAGMENT.length) : null
}
