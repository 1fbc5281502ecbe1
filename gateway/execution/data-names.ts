import { Kind, visit, type DocumentNode, type FieldNode } from 'graphql'

/** The key of a client's field in the execution's data and in the operations sent to subgraphs. */
export type DataName = (field: FieldNode) => string

/**
 * A field has its response name in the data, unless that is an alias with a name that plans use for another field. In
 * `{ user { id: name posts } }` the planner would use the client's `id` as the key of posts, and the client would get
 * the key. Such a name gets a prefix. So does every name that begins with the prefix, so that names stay different.
 *
 * @param planned the `plannedNames` of the supergraph
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

/** The document with the names in the data as its response names. */
export function withDataNames(document: DocumentNode, nameOf: DataName): DocumentNode {
  return visit(document, {
    Field: (node) => {
      const value = nameOf(node)
      if (value === (node.alias ?? node.name).value) return undefined
      return { ...node, alias: { kind: Kind.NAME, value } }
    },
  })
}
