import { NODE_TYPES } from './owners.ts'

/** Name of the subgraph that lives inside the gateway process. */
export const NODE_SUBGRAPH = 'node'

/** Stands in the supergraph where other subgraphs have their address. */
export const NODE_URL = 'local:node'

/** Most ids one `nodes(ids:)` takes. */
export const MAX_IDS = 100

/** The node subgraph's SDL: one entity stub for each row of the table of id prefixes. */
export function nodeSdl(): string {
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

type Query {
  """
  Finds anything by its global id. Null when no object has the id, or it was deleted.

  Example: \`{ node(id: "user_01jd3w8k2he5bvqz4p7n6m9xtr") { id ... on User { handle } } }\`
  """
  node(
    "For example \`user_01jd3w8k2he5bvqz4p7n6m9xtr\`."
    id: ID!
  ): Node
  """
  Finds many objects by their global ids, in the order of the ids. An item is null when its id is not known; the list
  is null, with an error, when there are too many ids.
  """
  nodes(
    "Up to ${MAX_IDS} ids, of any types."
    ids: [ID!]!
  ): [Node]
}

"Anything with a global id, for \`node(id:)\`."
interface Node {
  "The global id, for example \`user_01jd3w8k2he5bvqz4p7n6m9xtr\`. It never changes and is never used again."
  id: ID!
}
${NODE_TYPES.map(stub).join('')}`
}

function stub(type: string): string {
  return `
type ${type} implements Node @key(fields: "id", resolvable: false) {
  id: ID!
}
`
}
