import { type GraphQLSchema, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../gateway-context.ts'
import type { Admission } from '../execution/admission.ts'
import type { OverrideLabels } from '../execution/override-labels.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import { createSchemaContext, type OperationResponse } from '../execution/operation.ts'
import {
  createOperationStore,
  type Engine,
  type ExecutableOperation,
  type OperationStore,
} from '../execution/operation-store.ts'
import { startWorkerPlanner } from '../execution/planner/worker-planner.ts'
import type { PlanningMetrics } from '../metrics/planning-metrics.ts'
import { operationChecker, type CheckOperation } from '../limits/check-operation.ts'
import type { Limits } from '../limits/limits.ts'
import { subgraphRequests, type SourceOptions } from '../subgraphs.ts'
import type { EngineName } from '../switches.ts'
import type { SubgraphTarget } from '../subgraph-client/target.ts'
import { buildSchemaInSlices } from './build-schema.ts'
import { FiniteFloatsRule } from './validation-rules.ts'

/** A supergraph and the targets of its subgraphs. */
export type SupergraphSource = { supergraphSdl: string; targets: ReadonlyMap<string, SubgraphTarget> }

export type SupergraphOptions = Omit<SourceOptions, 'targets'> & {
  limits: Limits
  /** Allow introspection, and make the texts of query plans. */
  introspection: boolean
  /** Which labels of @override are on. @default none, except for percentages */
  overrideLabels?: OverrideLabels
  engine: EngineName
  /** Null if responses are not cached. */
  responseCache?: ResponseCache | null
  /** Shared by all supergraphs of the gateway. */
  admission: Admission
  /** Shared by all supergraphs of the gateway. @default its own metrics */
  planningMetrics?: PlanningMetrics
  log: Log
}

/** A loaded supergraph: everything that is replaced at once when the supergraph changes. */
export type LoadedSupergraph = AsyncDisposable & {
  readonly supergraphSdl: string
  /** The schema clients see. */
  readonly schema: GraphQLSchema
  readonly checkOperation: CheckOperation
  readonly operations: OperationStore
  /** Executes an operation for one client request, or takes its response from the cache. */
  execute(operation: ExecutableOperation, context: GatewayContext): Promise<OperationResponse>
  /** Parses and validates an operation. Null if it is invalid. */
  parseValid(source: string): ReturnType<typeof parse> | null
}

/**
 * Loads a supergraph.
 *
 * @throws UserFacingError if the supergraph cannot be served
 */
export async function loadSupergraph(
  source: SupergraphSource,
  options: SupergraphOptions,
): Promise<LoadedSupergraph> {
  const { supergraphSdl, targets } = source
  const { introspection, limits } = options
  await using stack = new AsyncDisposableStack()
  const { schema, operations } = stack.use(await loadEngine(supergraphSdl, options))
  const rules = [
    ...specifiedRules,
    FiniteFloatsRule,
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ]
  const requestsFor = subgraphRequests({ ...options, targets })
  const held = stack.move()
  return {
    supergraphSdl,
    schema,
    operations,
    checkOperation: operationChecker(schema, limits),
    execute(operation, context) {
      if (!options.responseCache) return operation.execute(requestsFor(context))
      return options.responseCache.respond(operation, context, (of) => operation.execute(requestsFor(of)))
    },
    parseValid(text) {
      try {
        const document = parse(text)
        return validate(schema, document, rules, { maxErrors: 1 }).length === 0 ? document : null
      } catch {
        return null
      }
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  }
}

async function loadEngine(supergraphSdl: string, options: SupergraphOptions): Promise<Engine> {
  const { engine, admission, log } = options
  if (engine === 'tessera') return loadOwnEngine(supergraphSdl, options)
  // Imported only if it is used: the package is large.
  const { loadApolloEngine } = await import('../apollo-engine/load-apollo-engine.ts')
  return loadApolloEngine(supergraphSdl, admission, log)
}

/** Does not block the event loop: the planner runs in a thread of its own. */
async function loadOwnEngine(
  supergraphSdl: string,
  { introspection, overrideLabels, admission, planningMetrics, log }: SupergraphOptions,
): Promise<Engine> {
  await using stack = new AsyncDisposableStack()
  const planner = stack.use(await startWorkerPlanner({ supergraphSdl, withText: introspection, log }))
  const schema = await buildSchemaInSlices(planner.supergraph.apiSdl)
  const context = createSchemaContext(schema, planner.supergraph)
  const operations = createOperationStore(planner, context, admission, overrideLabels, planningMetrics)
  const held = stack.move()
  return { schema, operations, [Symbol.asyncDispose]: () => held.disposeAsync() }
}
