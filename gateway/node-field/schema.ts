import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse, type GraphQLSchema } from 'graphql'
import { ID_PREFIXES, parseId } from '../../contracts/ids.ts'
import { apiError } from '../../platform/graphql/errors.ts'
import type { Existence } from './existence.ts'
import { isNodeType, MAX_IDS, nodeSdl, type NodeType } from './sdl.ts'

export type NodeContext = { existence: Existence }
type NodeStub = { __typename: NodeType; id: string }

/**
 * The schema of the node subgraph. An id's prefix determines its type. The owner of the type is asked whether the entity exists.
 * An entity that does not exist is null.
 */
export function nodeSchema(): GraphQLSchema {
  return buildSubgraphSchema([
    {
      typeDefs: parse(nodeSdl()),
      resolvers: {
        Query: {
          node: (_root: unknown, { id }: { id: string }, context: NodeContext) => find(id, context),
          nodes: (_root: unknown, { ids }: { ids: string[] }, context: NodeContext) => {
            if (ids.length > MAX_IDS) {
              throw apiError(
                'BAD_USER_INPUT',
                `ids has ${ids.length} entries. Ask for at most ${MAX_IDS} at once.`,
              )
            }
            return ids.map((id) => find(id, context))
          },
        },
        Node: { __resolveType: (stub: NodeStub) => stub.__typename },
      },
    },
  ])
}

async function find(id: string, { existence }: NodeContext): Promise<NodeStub | null> {
  const parsed = parseId(id)
  if (!parsed) return null
  const type = ID_PREFIXES[parsed.prefix]
  if (!isNodeType(type)) return null
  return (await existence[type].load(id)) ? { __typename: type, id } : null
}
