import { type GraphQLSchema, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate } from 'graphql'
import type { Log } from '../../platform/log.ts'
import type { Admission } from '../execution/admission.ts'
import type { OverrideLabels } from '../execution/override-labels.ts'
import type { ResponseCache } from '../cache/response-cache.ts'
import { createSchemaContext } from '../execution/operation.ts'
import { createOperationStore, type Engine, type OperationStore } from '../execution/operation-store.ts'
import { startWorkerPlanner } from '../execution/planner/worker-planner.ts'
import type { PlanningMetrics } from '../metrics/planning-metrics.ts'
import { operationChecker, type CheckOperation } from '../limits/check-operation.ts'
import type { Limits } from '../limits/limits.ts'
import { subgraphRequests, type SourceOptions } from '../subgraphs.ts'
import type { EngineName } from '../switches.ts'
import type { UsageRecorder } from '../usage/usage-recorder.ts'
import type { SubgraphTarget } from '../subgraph-client/target.ts'
import { buildSchemaInSlices } from './build-schema.ts'
import { shareRequests, type Execute } from './share-requests.ts'
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
  /** Execute equal queries in flight once. */
  requestSharing: boolean
  /** Called when a request gets the response of an equal one. */
  onShare?: () => void
  /** Counts the use of operations. Null if it is not recorded. @default null */
  usage?: UsageRecorder | null
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
  /** Executes an operation for one client request, or takes its response from the cache or from an equal request. */
  readonly execute: Execute
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
  const { writes = { ended: 0 }, responseCache, log, onShare = () => {} } = options
  const requestsFor = subgraphRequests({ ...options, writes, targets })
  const execute: Execute = (operation, context) =>
    responseCache
      ? responseCache.respond(operation, context, (of) => operation.execute(requestsFor(of)))
      : operation.execute(requestsFor(context))
  const clock = () => performance.now()
  const sharing = { targets: [...targets.values()], writes, clock, onShare, log }
  // What is in memory needs no sharing.
  const foundOr =
    (shared: Execute): Execute =>
    async (operation, context) =>
      responseCache?.find(operation, context) ?? shared(operation, context)
  const { usage = null } = options
  const counted =
    (uncounted: Execute): Execute =>
    (operation, context) => {
      usage?.record(schema, operation.requested, context.headers)
      return uncounted(operation, context)
    }
  const held = stack.move()
  return {
    supergraphSdl,
    schema,
    operations,
    checkOperation: operationChecker(schema, limits),
    execute: counted(options.requestSharing ? foundOr(shareRequests(execute, sharing)) : execute),
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
