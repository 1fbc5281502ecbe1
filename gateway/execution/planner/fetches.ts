import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import { Kind, parse, type OperationDefinitionNode } from 'graphql'

/** Replaces each Fetch of a plan by the given fetches, in parallel. @defer and conditions stay: the compiler refuses them. */
export function mapFetches(plan: QueryPlan, change: (fetch: FetchNode) => FetchNode[]): QueryPlan {
  const { node } = plan
  if (!node) return plan
  if (node.kind !== 'Subscription') return { ...plan, node: mapNode(node, change) }
  const [primary = node.primary] = change(node.primary)
  return { ...plan, node: { ...node, primary, ...(node.rest && { rest: mapNode(node.rest, change) }) } }
}

function mapNode(node: PlanNode, change: (fetch: FetchNode) => FetchNode[]): PlanNode {
  switch (node.kind) {
    case 'Fetch': {
      const nodes = change(node)
      return nodes.length === 1 ? (nodes[0] ?? node) : { kind: 'Parallel', nodes }
    }
    case 'Flatten':
      return { ...node, node: mapNode(node.node, change) }
    case 'Sequence':
    case 'Parallel':
      return { ...node, nodes: node.nodes.map((child) => mapNode(child, change)) }
    case 'Condition':
    case 'Defer':
      return node
  }
}

/** The operation that a fetch sends. */
export function fetchedOperation({ operation }: FetchNode): OperationDefinitionNode {
  const [definition] = parse(operation, { noLocation: true }).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('a fetch without an operation')
  return definition
}
