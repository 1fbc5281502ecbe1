import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql'

/** The key that a client's field has in the data of a run, and in the operations sent to subgraphs. */
export type DataName = (field: FieldNode) => string

/**
 * A field has its response name in the data too, unless that is an alias that a plan means something else by: in
 * `{ user { id: name posts } }` the planner would take the client's `id` for the key that it looks posts up by, and
 * the client would get it. Such a name is given a prefix; so is every name that begins with the prefix, so that
 * different names stay different.
 *
 * @param planned see `LoadedSupergraph`
 */
export function dataNames(planned: readonly string[]): DataName {
  const taken = new Set(planned)
  let prefix = 'client_'
  while (planned.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`
  return ({ alias, name }) => {
    const shown = (alias ?? name).value
    const isOther = shown !== name.value && taken.has(shown)
    return isOther || shown.startsWith(prefix) ? `${prefix}${shown}` : shown
  }
}

/** The document with the names of the data for its response names. */
export function withDataNames(document: DocumentNode, nameOf: DataName): DocumentNode {
  return visit(document, {
    Field: (node) => {
      const value = nameOf(node)
      if (value === (node.alias ?? node.name).value) return undefined
      return { ...node, alias: { kind: Kind.NAME, value } }
    },
  })
}
