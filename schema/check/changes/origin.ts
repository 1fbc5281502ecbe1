import { Kind, print, type ASTNode } from 'graphql'
import type { Place } from '../finding.ts'
import { nodeAt, parentOf, placeOf } from './coordinates.ts'
import type { SubgraphIndex } from './subgraph-index.ts'

/** The subgraphs before and after. */
export type Sides = { base: readonly SubgraphIndex[]; head: readonly SubgraphIndex[] }
export type Origin = { subgraph: string | null; place: Place | null }
/** The part of a node in which two versions are compared. */
export type Aspect = (node: ASTNode) => string

const UNKNOWN: Origin = { subgraph: null, place: null }

export const TYPE: Aspect = (node) => ('type' in node && node.type ? print(node.type) : '')
export const DEFAULT: Aspect = (node) =>
  node.kind === Kind.INPUT_VALUE_DEFINITION && node.defaultValue ? print(node.defaultValue) : ''

/**
 * The subgraph that removed this from the API: it no longer defines it, or it newly defines the parent without it
 * (arguments and input fields must be in all subgraphs). The place is the parent in the head, or this in the base.
 */
export function originOfRemoval({ base, head }: Sides, coordinate: string): Origin {
  const parent = parentOf(coordinate)
  for (const before of base) {
    const node = nodeAt(before, coordinate)
    const after = head.find(({ name }) => name === before.name)
    if (!node || nodeAt(after, coordinate)) continue
    const place = parent === null ? null : placeOf(nodeAt(after, parent))
    return { subgraph: before.name, place: place ?? placeOf(node) }
  }
  if (parent === null) return UNKNOWN
  const without = head.filter(
    (after) =>
      nodeAt(after, parent) &&
      !nodeAt(after, coordinate) &&
      !base.some((before) => before.name === after.name && nodeAt(before, parent)),
  )
  const [only] = without
  if (!only || (base.length === 0 && without.length > 1)) return UNKNOWN
  return { subgraph: only.name, place: placeOf(nodeAt(only, parent)) }
}

/**
 * The subgraph that changed this or that newly defines it. If several did, the one whose aspect is `wanted`.
 *
 * @param wanted the aspect in the head's API: for a type, `String!`
 */
export function originOfChange(sides: Sides, coordinate: string, aspect: Aspect, wanted?: string): Origin {
  const changed = sides.head.flatMap((after) => {
    const node = nodeAt(after, coordinate)
    const before = nodeAt(
      sides.base.find(({ name }) => name === after.name),
      coordinate,
    )
    return node && (!before || aspect(before) !== aspect(node)) ? [{ after, node }] : []
  })
  const found = changed.find(({ node }) => aspect(node) === wanted) ?? changed[0]
  if (!found) return originOfRemoval(sides, coordinate)
  const { after, node } = found
  const at = aspect === TYPE && 'type' in node ? (node.type as ASTNode) : node
  return { subgraph: after.name, place: placeOf(at) }
}

/** The `@inaccessible` that the head adds to this or to a parent. Null if none hides it newly. */
export function originOfHiding({ base, head }: Sides, coordinate: string): Origin | null {
  for (let at: string | null = coordinate; at !== null; at = parentOf(at)) {
    for (const after of head) {
      const directive = inaccessible(after, at)
      const before = base.find(({ name }) => name === after.name)
      if (directive && !(before && inaccessible(before, at)))
        return { subgraph: after.name, place: placeOf(directive) }
    }
  }
  return null
}

function inaccessible(subgraph: SubgraphIndex, coordinate: string): ASTNode | undefined {
  const isType = parentOf(coordinate) === null
  const nodes = isType ? subgraph.types.get(coordinate)?.nodes : [nodeAt(subgraph, coordinate)]
  for (const node of nodes ?? []) {
    const [directive] =
      node && 'directives' in node ? subgraph.directivesOf(node as never, 'inaccessible') : []
    if (directive) return directive
  }
  return undefined
}
