import type { GraphQLSchema } from 'graphql'
import type { Change } from '../change.ts'
import type { Sides } from '../origin.ts'
import { accessChanges } from './access.ts'
import { interfaceObjectChanges } from './interface-objects.ts'
import { keyChanges } from './keys.ts'
import { movedFields } from './moved-fields.ts'
import { providesChanges, requiresChanges } from './field-set-changes.ts'
import type { Federation } from './federation.ts'
import { resolversOf } from './resolvers.ts'
import { matchRenamed, removedSubgraphs } from './subgraphs.ts'

/**
 * The changes that the API schema does not show: who has access, and how the gateway finds an entity or a field. The latter is judged by the
 * moment of the deployment: the subgraph is new, and the gateway still has the supergraph of the base.
 */
export function federationChanges(api: GraphQLSchema, headApi: GraphQLSchema, sides: Sides): Change[] {
  const { sides: matched, changes } = matchRenamed(sides)
  const resolvers = { base: resolversOf(matched.base), head: resolversOf(matched.head) }
  const federation: Federation = { ...matched, api, headApi, resolvers }
  return [
    ...changes,
    ...removedSubgraphs(federation),
    ...movedFields(federation),
    ...keyChanges(federation),
    ...interfaceObjectChanges(federation),
    ...requiresChanges(federation),
    ...providesChanges(federation),
    ...accessChanges(federation),
  ]
}
