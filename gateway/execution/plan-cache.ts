import type { DocumentNode, OperationDefinitionNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { PlanningMetrics } from '../metrics/planning-metrics.ts'
import { conditionVariables } from './conditions.ts'
import type { JsonObject } from './json.ts'
import { fingerprint } from './operation-identity.ts'
import type { DocumentLabels } from './override-labels.ts'
import type { PlannedOperation, PlanOperation } from './plan-operation.ts'
import type { Refused } from './requested-operation.ts'

/** Limits of the cache: its documents, and the characters of their texts, counted once for each plan. */
const LIMITS = { max: 5_000, maxSize: 4_194_304 }

/** Maximum plans of a document: one per operation, combination of conditions, and set of labels. The oldest is dropped. */
const MAX_PLANS = 64

/** A parsed and valid document, and the name of the operation as the client sent it. */
export type OperationRequest = {
  document: DocumentNode
  source: string
  operationName: string | null
}

/** An operation in the cache, with the conditions and labels of its plan. */
export type RecentOperation = {
  source: string
  operationName: string | null
  /** Values of the variables that decide @skip and @include. */
  conditions: JsonObject
  /** Labels of @override that were on. */
  labels: readonly string[]
}

export type CachedPlan = PlannedOperation & {
  /** Different for any two plans of any supergraphs, and the same in all processes. */
  id: string
  /** The expected length of its responses. */
  weight: number
}

export type CachedDocument = {
  document: DocumentNode
  /** Names of the variables that decide @skip and @include. */
  conditions: readonly string[]
  labels: DocumentLabels
  plans: Map<string, { planned: Promise<CachedPlan | Refused>; recent: RecentOperation }>
}

export type PlanCache = {
  /** The document of this text, if it is known to be valid. */
  documentOf(source: string): DocumentNode | undefined
  add(request: OperationRequest): CachedDocument
  /** Plans the operation unless its plan is in the cache. Concurrent calls share one planning. */
  plan(
    request: OperationRequest,
    cached: CachedDocument,
    operation: OperationDefinitionNode,
    values: JsonObject,
    labels: readonly string[],
  ): Promise<CachedPlan | Refused>
  /** The operations that were last requested, the newest first. */
  recent(count: number): RecentOperation[]
  size(): PlanCacheSize
}

export type PlanCacheSize = { documents: number; plans: number }

/**
 * @param labelsOf finds the labels of @override on which the plans of a document depend
 * @param supergraphId part of the ids of plans
 * @param metrics shared by all supergraphs of a gateway
 */
export function createPlanCache(
  planOperation: PlanOperation,
  labelsOf: (document: DocumentNode) => DocumentLabels,
  supergraphId: string,
  metrics: PlanningMetrics = new PlanningMetrics(),
): PlanCache {
  const documents = new LRUCache<string, CachedDocument>(LIMITS)

  return {
    documentOf: (source) => documents.get(source)?.document,
    add({ source, document }) {
      const cached = documents.get(source)
      if (cached) return cached
      const added: CachedDocument = {
        document,
        conditions: conditionVariables(document),
        labels: labelsOf(document),
        plans: new Map(),
      }
      documents.set(source, added, { size: sizeOf(source, added) })
      return added
    },
    plan({ source, operationName }, cached, operation, values, labels) {
      const { document, plans } = cached
      let key = operationName ?? ''
      for (const label of labels) key += `\u0000${label}`
      for (const name of cached.conditions) key += conditionKey(values[name])
      const found = plans.get(key)
      if (found) {
        metrics.hits++
        return found.planned
      }
      const planned = planOperation(document, operation, values, labels).then((plan) =>
        'refused' in plan ? plan : { ...plan, id: fingerprint(supergraphId, source, key), weight: 0 },
      )
      metrics.measure(planned)
      const conditions = Object.fromEntries(cached.conditions.map((name) => [name, values[name]]))
      plans.set(key, { planned, recent: { source, operationName, conditions, labels } })
      const [oldest] = plans.keys()
      if (plans.size > MAX_PLANS && oldest !== undefined) plans.delete(oldest)
      if (documents.peek(source) === cached) documents.set(source, cached, { size: sizeOf(source, cached) })
      // The next request tries again.
      planned.catch(() => {
        if (plans.get(key)?.planned === planned) plans.delete(key)
      })
      return planned
    },
    recent(count) {
      const found: RecentOperation[] = []
      for (const { plans } of documents.values()) {
        for (const { recent } of plans.values()) found.push(recent)
        if (found.length >= count) break
      }
      return found.slice(0, count)
    },
    size() {
      let plans = 0
      for (const cached of documents.values()) plans += cached.plans.size
      return { documents: documents.size, plans }
    },
  }
}

function sizeOf(source: string, { plans }: CachedDocument): number {
  return (source.length + 1) * (1 + plans.size)
}

/** A condition's value in the key of a plan. It is null only if the variable has a default and was sent as null. */
function conditionKey(value: unknown): string {
  if (value === null) return '\u0000-'
  return value === true ? '\u00001' : '\u00000'
}
