import { argument, text } from '../federation-names.ts'
import type { SubgraphIndex } from '../subgraph-index.ts'
import { objectTypes, resolvedField } from './entities.ts'

/** For each coordinate of a field, the subgraphs that the gateway may request it from. */
export type Resolvers = ReadonlyMap<string, readonly SubgraphIndex[]>

/**
 * A subgraph loses a field to the one that overrides it. With a `label` the override is progressive: both resolve it.
 *
 * Source: https://www.apollographql.com/docs/graphos/schema-design/federated-schemas/reference/directives#override
 */
export function resolversOf(subgraphs: readonly SubgraphIndex[]): Resolvers {
  const resolvers = new Map<string, SubgraphIndex[]>()
  const overridden = new Map<string, Set<string>>()
  for (const subgraph of subgraphs) {
    for (const [typeName, { members }] of objectTypes(subgraph)) {
      for (const field of members.keys()) {
        const node = resolvedField(subgraph, typeName, field)
        if (!node) continue
        const coordinate = `${typeName}.${field}`
        resolvers.set(coordinate, [...(resolvers.get(coordinate) ?? []), subgraph])
        for (const override of subgraph.directivesOf(node, 'override')) {
          if (argument(override, 'label')) continue
          const from = overridden.get(coordinate) ?? new Set()
          overridden.set(coordinate, from.add(text(argument(override, 'from'))))
        }
      }
    }
  }
  for (const [coordinate, from] of overridden) {
    const left = resolvers.get(coordinate)?.filter(({ name }) => !from.has(name)) ?? []
    resolvers.set(coordinate, left)
  }
  return resolvers
}
