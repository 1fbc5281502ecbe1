import type { PlanNode, QueryPlan } from '@apollo/query-planner'
import { compileFetch } from './fetch-step.ts'
import type { Step } from './execution-context.ts'
import type { TypeIndex } from '../type-index.ts'

/**
 * Compiles a query plan into one function. Nothing is interpreted when an operation is executed.
 *
 * @throws Error if the plan has subscriptions, @defer or @fromContext, which are not supported yet
 */
export function compilePlan(plan: QueryPlan, types: TypeIndex): Step | null {
  if (!plan.node) return null
  if (plan.node.kind === 'Subscription') throw new Error('Subscriptions are not supported yet.')
  return compileNode(plan.node, [], types)
}

function compileNode(node: PlanNode, path: readonly (string | number)[], types: TypeIndex): Step {
  switch (node.kind) {
    case 'Fetch':
      if (node.contextRewrites?.length) throw new Error('@fromContext is not supported yet.')
      return compileFetch(node, path, types)
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], types)
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compileNode(child, path, types)))
    case 'Parallel':
      return inParallel(node.nodes.map((child) => compileNode(child, path, types)))
    case 'Condition':
      throw new Error('The plan has conditions, which are resolved before planning.')
    case 'Defer':
      throw new Error('@defer is not supported yet.')
  }
}

function inSequence(steps: readonly Step[]): Step {
  return async (context) => {
    for (const step of steps) await step(context)
  }
}

function inParallel(steps: readonly Step[]): Step {
  return async (context) => {
    await Promise.all(steps.map((step) => step(context)))
  }
}
