import { NODE_PREFIXES } from '../../contracts/ids.ts'

/** The name of the subgraph that runs in the gateway process. */
export const NODE_SUBGRAPH = 'node'

/** Its routing URL in the supergraph. */
export const NODE_URL = 'local:node'

/** The maximum number of ids in `nodes(ids:)`. */
export const MAX_IDS = 100

export type NodeType = (typeof NODE_PREFIXES)[keyof typeof NODE_PREFIXES]

/** For each type, the subgraph that owns its entities. A type without an owner does not compile. */
export const OWNERS: Readonly<Record<NodeType, string>> = { User: 'users', Post: 'posts' }

export const NODE_TYPES: readonly NodeType[] = Object.values(NODE_PREFIXES)

export function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(OWNERS, type)
}

/** The node subgraph's SDL: one entity stub for each id prefix. */
export function nodeSdl(): string {
  return `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])

type Query {
  """
  Finds an object by its global id. Null if no object has this id, or if it was deleted.

  Example: \`{ node(id: "user_01jd3w8k2he5bvqz4p7n6m9xtr") { id ... on User { handle } } }\`
  """
  node(
    "For example \`user_01jd3w8k2he5bvqz4p7n6m9xtr\`."
    id: ID!
  ): Node
  """
  Finds objects by their global ids, in the order of the ids. An item is null if no object has its id. Too many ids are
  an error.
  """
  nodes(
    "Up to ${MAX_IDS} ids of any type."
    ids: [ID!]!
  ): [Node]
}

"An object with a global id. Load it with \`node(id:)\`."
interface Node {
  "The global id, for example \`user_01jd3w8k2he5bvqz4p7n6m9xtr\`. It never changes and is never reused."
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
