import type { Operation, Outcome } from './engine.ts'
import type { GraphModel } from './graph-model.ts'

/**
 * Where @apollo/gateway is known to be wrong (docs/adr/0004-engine.md): what the operation, the graph or the right response has
 * then. More operations than its faults spoil match these.
 */
const FAULTS: Readonly<
  Record<string, (operation: Operation, graph: GraphModel, expected: Outcome) => boolean>
> = {
  'an alias that is the name of a field which the plan needs': ({ query }) =>
    /\b(?:__typename|id|code|path|one|two|[abcd]|[fg]\d+): /.test(query),
  'conditions of @skip and @include': ({ query }) => /@(?:skip|include)\b/.test(query),
  'a field that a @requires asks for with other arguments than the client': (_, { types }) =>
    types.some(({ fields }) =>
      fields.some(({ requires }) => requires.some(({ n, d }) => n !== null || d !== null)),
    ),
  'a key that cannot be resolved beside a @requires': ({ query }, { types }) =>
    types.some(({ fields, keys }) =>
      fields.some(
        ({ name, owners, requires }) =>
          requires.length > 0 &&
          owners.some((owner) => keys[owner]?.some(({ resolvable }) => !resolvable)) &&
          new RegExp(`\\b${name}\\b`).test(query),
      ),
    ),
  '@interfaceObject': (_, { nodeFields }) => nodeFields.length > 0,
  'several root fields of a mutation': ({ query }) => query.startsWith('mutation') && query.includes(' r1: '),
  'places of errors': (_, __, { errors }) => errors.length > 0,
}

/** The names of the faults that this operation may meet. */
export function faultsOfApollo(operation: Operation, graph: GraphModel, expected: Outcome): string[] {
  return Object.entries(FAULTS).flatMap(([name, mayMeet]) =>
    mayMeet(operation, graph, expected) ? [name] : [],
  )
}
