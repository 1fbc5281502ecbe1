import { NODE_PREFIXES } from '../../contracts/ids.ts'

export type NodeType = (typeof NODE_PREFIXES)[keyof typeof NODE_PREFIXES]

/** The subgraph that knows whether an entity of this type exists. A type without an owner does not compile. */
export const OWNERS: Readonly<Record<NodeType, string>> = { User: 'users', Post: 'posts' }

export const NODE_TYPES: readonly NodeType[] = Object.values(NODE_PREFIXES)

export function isNodeType(type: string): type is NodeType {
  return Object.hasOwn(OWNERS, type)
}
