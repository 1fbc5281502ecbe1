import { getLocation, Kind, type ASTNode, type DefinitionNode, type Location } from 'graphql'
import { type LoadedSubgraph, type Place } from '../finding.ts'

export type SubgraphPlace = { subgraph: string | null; place: Place }

/** The place of a definition's name, or of the node if it has none. Null for a node that was not parsed. */
export function placeOf(node: ASTNode): Place | null {
  const loc = 'name' in node && node.kind !== Kind.DIRECTIVE ? node.name?.loc : node.loc
  return loc ? placeAt(loc) : null
}

function placeAt(loc: Location): Place {
  return { file: loc.source.name, ...getLocation(loc.source, loc.start) }
}

/** The places of the nodes of a composition error or hint. Composition adds the subgraph's name to most of its nodes. */
export function placesOf(
  nodes: readonly (ASTNode & { subgraph?: string })[],
  subgraphs: readonly LoadedSubgraph[],
): SubgraphPlace[] {
  return nodes.flatMap((node) => {
    const place = placeOf(node)
    if (!place) return []
    return [{ subgraph: node.subgraph ?? ownerOf(node, subgraphs), place }]
  })
}

/** The only subgraph that was parsed from the node's file. */
function ownerOf({ loc }: ASTNode, subgraphs: readonly LoadedSubgraph[]): string | null {
  const owners = subgraphs.filter(({ typeDefs }) =>
    typeDefs.definitions.some((definition) => definition.loc && definition.loc.source === loc?.source),
  )
  return owners.length === 1 ? (owners[0]?.name ?? null) : null
}

/** The definitions of a coordinate such as `User`, `User.bio` or `Query.user(handle:)`, in the order of the subgraphs. */
export function definitionsOf(coordinate: string, subgraphs: readonly LoadedSubgraph[]): SubgraphPlace[] {
  const [, type = '', field, argument] = /^(\w+)(?:\.(\w+))?(?:\((\w+):\))?$/.exec(coordinate) ?? []
  return subgraphs.flatMap(({ name, typeDefs }) =>
    typeDefs.definitions.flatMap((definition) =>
      find(definition, type, field, argument).flatMap((node) => {
        const place = placeOf(node)
        return place ? [{ subgraph: name, place }] : []
      }),
    ),
  )
}

function find(
  definition: DefinitionNode,
  type: string,
  field: string | undefined,
  argument: string | undefined,
): readonly ASTNode[] {
  if (definition.kind === Kind.DIRECTIVE_DEFINITION || !('name' in definition)) return []
  if (definition.name?.value !== type) return []
  if (field === undefined) return [definition]
  const members = [
    ...('fields' in definition ? (definition.fields ?? []) : []),
    ...('values' in definition ? (definition.values ?? []) : []),
  ]
  // A field that is defined twice is a fault, whose places are both.
  const found = members.filter(({ name }) => name.value === field)
  if (argument === undefined) return found
  return found.flatMap((member) =>
    'arguments' in member ? (member.arguments ?? []).filter(({ name }) => name.value === argument) : [],
  )
}
