import type { FetchNode, PlanNode, QueryPlan } from '@apollo/query-planner'
import {
  getOperationAST,
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type FieldNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'

type Plan = (document: DocumentNode) => QueryPlan

/**
 * Plans a mutation so that each root field is complete before the next one is executed, as GraphQL requires.
 *
 * Apollo's planner puts neighbouring fields of one subgraph into one fetch. Data below the first field that comes from
 * other subgraphs is then fetched only after the last field was executed. Here fields share a fetch only if nothing
 * else has to be fetched for the earlier ones. The others get plans of their own, which are executed in sequence.
 */
export function planInTurns(
  document: DocumentNode,
  operationName: string | undefined,
  plan: Plan,
): QueryPlan {
  const operation = getOperationAST(document, operationName)
  if (operation?.operation !== OperationTypeNode.MUTATION) return plan(document)
  const fields = rootFields(document, operation.selectionSet)
  if (fields.length < 2) return plan(document)
  const turns: FieldNode[][] = []
  let previous: QueryPlan | null = null
  for (const nodes of fields) {
    const planned = plan(withRoot(document, operation, nodes))
    if (previous && canShare(previous, planned)) turns.at(-1)?.push(...nodes)
    else turns.push([...nodes])
    previous = planned
  }
  if (turns.length === 1) return plan(document)
  const nodes: PlanNode[] = []
  for (const turn of turns) {
    const { node } = plan(withRoot(document, operation, turn))
    // A mutation that cannot be planned completely must not be executed partly.
    if (!node || node.kind === 'Subscription') return { kind: 'QueryPlan' }
    nodes.push(node)
  }
  return { kind: 'QueryPlan', node: { kind: 'Sequence', nodes } }
}

/** Whether both fields can share a fetch: the first field must be complete after the fetch. */
function canShare(first: QueryPlan, second: QueryPlan): boolean {
  return first.node?.kind === 'Fetch' && first.node.serviceName === firstFetch(second)?.serviceName
}

function firstFetch({ node }: QueryPlan): FetchNode | null {
  const first = node?.kind === 'Sequence' ? node.nodes[0] : node
  return first?.kind === 'Fetch' ? first : null
}

/** The root fields to fetch, in the order of the response. Each item has all nodes with one response name. */
function rootFields(document: DocumentNode, selectionSet: SelectionSetNode): FieldNode[][] {
  const fields = new Map<string, FieldNode[]>()
  const visit = ({ selections }: SelectionSetNode): void => {
    for (const selection of selections) {
      if (selection.kind === Kind.INLINE_FRAGMENT) visit(selection.selectionSet)
      else if (selection.kind === Kind.FIELD) add(selection)
      else {
        const name = selection.name.value
        const fragment = document.definitions.find(
          (node) => node.kind === Kind.FRAGMENT_DEFINITION && node.name.value === name,
        )
        if (fragment?.kind === Kind.FRAGMENT_DEFINITION) visit(fragment.selectionSet)
      }
    }
  }
  const add = (field: FieldNode): void => {
    if (field.name.value === '__typename') return
    const name = (field.alias ?? field.name).value
    const known = fields.get(name)
    if (known) known.push(field)
    else fields.set(name, [field])
  }
  visit(selectionSet)
  return [...fields.values()]
}

function withRoot(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  selections: readonly FieldNode[],
): DocumentNode {
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections }
  const definitions = document.definitions.map((node) =>
    node === operation ? { ...node, selectionSet } : node,
  )
  return { ...document, definitions }
}
