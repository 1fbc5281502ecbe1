import { GraphQLError, type DocumentNode, type GraphQLSchema } from 'graphql'
import { createAdmission, executeAdmitted, type Admission } from './admission.ts'
import type { OperationResponse, SchemaContext } from './operation.ts'
import type { PlanningMetrics } from '../metrics/planning-metrics.ts'
import type { Cacheability } from './cacheability.ts'
import { labelsFor, labelsOf, type OverrideLabels } from './override-labels.ts'
import {
  createPlanCache,
  type OperationRequest,
  type PlanCacheSize,
  type RecentOperation,
} from './plan-cache.ts'
import { operationIdentity } from './operation-identity.ts'
import type { RequestedOperation } from '../usage/usage-recorder.ts'
import { operationPlanner } from './plan-operation.ts'
import type { Planner } from './planner/planner.ts'
import { chooseOperation, requestedOperation, type Refused } from './requested-operation.ts'
import type { RequestSubgraph } from './subgraph-request.ts'
import type { SentVariables } from './variable-texts.ts'

/** Executes the operations of one supergraph. */
export type Engine = AsyncDisposable & {
  /** The schema clients see. */
  readonly schema: GraphQLSchema
  readonly operations: OperationStore
}

/** A planned and compiled operation with valid variables. */
export type ExecutableOperation = {
  /** For the recording of its use. */
  requested: RequestedOperation
  planText: string | null
  /** Absent if its response may not be cached. */
  cache?: Cacheability | undefined
  /**
   * Equal only for queries that get the same response from the same data: in all gateways, as long as they have the same
   * supergraph. Null for mutations, and if a variable has digits that a double loses.
   */
  identity(): string | null
  execute(requestSubgraph: RequestSubgraph): Promise<OperationResponse>
}

export type OperationStore = {
  /** The document of this text, if it is known to be valid. */
  documentOf(source: string): DocumentNode | undefined
  /** Plans and compiles an operation. It is refused if it does not exist, cannot be planned, or has invalid variables. */
  prepare(request: OperationRequest, variables: SentVariables): Promise<ExecutableOperation | Refused>
  /** The operations that were last requested, the newest first. */
  recent(count: number): RecentOperation[]
  /** Plans and compiles an operation ahead of time. */
  warm(document: DocumentNode, recent: RecentOperation): Promise<void>
  size(): PlanCacheSize
}

/**
 * @param admission shared by the whole process
 * @param planning metrics shared by all supergraphs of a gateway
 */
export function createOperationStore(
  planner: Planner,
  context: SchemaContext,
  admission: Admission = createAdmission(),
  overrideLabels: OverrideLabels = {},
  planning?: PlanningMetrics,
): OperationStore {
  const plans = createPlanCache(
    operationPlanner(planner, context),
    labelsOf(planner.supergraph, overrideLabels),
    planner.supergraph.id,
    planning,
  )
  return {
    documentOf: plans.documentOf,
    recent: plans.recent,
    size: plans.size,
    async prepare(request, variables) {
      const cached = plans.add(request)
      const requested = requestedOperation(
        context.api,
        cached.document,
        request.operationName,
        variables.values,
      )
      if ('refused' in requested) return requested
      const { operation, coerced } = requested
      const labels = labelsFor(cached.labels, request, variables.values)
      const planned = await plans.plan(request, cached, operation, coerced, labels)
      if ('refused' in planned) return planned
      return {
        requested: { document: cached.document, operation, variables: variables.values },
        planText: planned.planText,
        cache: planned.cacheability ?? undefined,
        identity: once(() => operationIdentity(planned.id, operation, variables)),
        execute: (requestSubgraph) =>
          executeAdmitted(admission, planned, () => planned.execute(variables, requestSubgraph)),
      }
    },
    async warm(document, recent) {
      const operation = chooseOperation(document, recent.operationName)
      if (operation instanceof GraphQLError) return
      const request = { ...recent, document }
      const cached = plans.add(request)
      const labels = cached.labels.map(({ label }) => label).filter((label) => recent.labels.includes(label))
      await plans.plan(request, cached, operation, recent.conditions, labels)
    },
  }
}

function once<Value extends string | null>(make: () => Value): () => Value {
  let made: Value | undefined
  return () => (made === undefined ? (made = make()) : made)
}
