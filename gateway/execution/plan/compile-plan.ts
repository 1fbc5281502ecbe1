import type { PlanNode, QueryPlan } from '@apollo/query-planner'
import { compileFetch } from './fetch-step.ts'
import type { PlanContext, Step } from './execution-context.ts'

/**
 * Compiles a query plan into one function. Nothing is interpreted when an operation is executed.
 *
 * @throws Error if the plan has subscriptions, @defer or @fromContext, which are not supported yet
 */
export function compilePlan(plan: QueryPlan, context: PlanContext): Step | null {
  if (!plan.node) return null
  if (plan.node.kind === 'Subscription') throw new Error('Subscriptions are not supported yet.')
  return compileNode(plan.node, [], context)
}

function compileNode(node: PlanNode, path: readonly (string | number)[], context: PlanContext): Step {
  switch (node.kind) {
    case 'Fetch':
      if (node.contextRewrites?.length) throw new Error('@fromContext is not supported yet.')
      return compileFetch(node, path, context)
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path], context)
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compileNode(child, path, context)))
    case 'Parallel':
      return inParallel(node.nodes.map((child) => compileNode(child, path, context)))
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
