import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'

/**
 * Puts for each Fetch of a plan the fetches that are to stand in its place, side by side. @defer and conditions are
 * left alone: the compiler refuses them.
 */
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
