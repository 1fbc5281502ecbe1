import { ID_PREFIXES, type IdPrefix } from '../../contracts/ids.ts'

export type NodeType = (typeof ID_PREFIXES)[IdPrefix]

/** The subgraph that knows whether an entity of this type exists. A type without an owner does not compile. */
export const OWNERS: Readonly<Record<NodeType, string>> = { User: 'users', Post: 'posts' }

export const NODE_TYPES: readonly NodeType[] = Object.values(ID_PREFIXES)
