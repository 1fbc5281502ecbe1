import type { FetchNode } from '@apollo/query-planner'
import { createHash } from 'node:crypto'
import { quote } from '../json.ts'
import type { ExecutionContext } from './execution-context.ts'

/** Writes the bodies of a fetch's requests. Everything known before the first request is written once. */
export type FetchBody = {
  /** The body of a fetch of root fields. */
  root(context: ExecutionContext): string
  /** The body of a fetch of entities, up to the representations. */
  head(context: ExecutionContext): string
  /** Names the selected fields and the values of their variables. Equal for operations with different names. */
  selection(context: ExecutionContext): string
}

export function compileFetchBody(fetch: FetchNode): FetchBody {
  const { operationName, operation } = withoutNumber(fetch)
  const name = operationName ? `,"operationName":${quote(operationName)}` : ''
  const start = `{"query":${JSON.stringify(operation)}${name},"variables":{`
  const usages = fetch.variableUsages ?? []
  const unnamed = operationName ? operation.replace(` ${operationName}`, ' ') : operation
  // 132 bits.
  const hash = createHash('sha256').update(unnamed).digest('base64url').slice(0, 22)

  function variables(context: ExecutionContext): string {
    let members = ''
    for (const usage of usages) {
      const text = context.variable(usage)
      if (text !== undefined) members += `${members && ','}${quote(usage)}:${text}`
    }
    return members
  }

  return {
    selection: (context) => hash + variables(context),
    root: (context) => `${start}${variables(context)}}}`,
    head(context) {
      const members = variables(context)
      return `${start}${members}${members && ','}"representations":[`
    },
  }
}

/**
 * The planner numbers the operations that it makes (`Profile__users__2`). Without the number, equal fetches have equal
 * bodies, so that concurrent requests for them can share one response.
 */
function withoutNumber({
  operationName,
  operation,
}: FetchNode): Pick<FetchNode, 'operationName' | 'operation'> {
  const name = operationName?.replace(/__\d+$/, '')
  if (!operationName || !name) return { operationName, operation }
  return { operationName: name, operation: operation.replace(` ${operationName}`, ` ${name}`) }
}
