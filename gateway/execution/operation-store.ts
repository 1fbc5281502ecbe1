import { GraphQLError, getOperationAST, type DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'
import { compileOperation, type CompiledOperation, type SchemaContext } from './operation.ts'
import { plannableText } from './planner/plannable.ts'
import type { Planner } from './planner/planner.ts'

/** Operations kept planned and compiled. One of the size of a page takes some 50 kB. */
const MAX_OPERATIONS = 2_000

/** A parsed and validated operation. */
export type Prepared = {
  document: DocumentNode
  source: string
  operationName: string | null
}

export type PlannedOperation = CompiledOperation & { planText: string | null }

/** Plans and compiles each operation once, also when many ask for it at the same time. */
export function createOperationStore(planner: Planner, context: SchemaContext) {
  const operations = new LRUCache<string, Promise<PlannedOperation>>({ max: MAX_OPERATIONS })

  async function prepare({ document, source, operationName }: Prepared): Promise<PlannedOperation> {
    const operation = getOperationAST(document, operationName)
    if (!operation) throw new GraphQLError(`There is no operation ${JSON.stringify(operationName)}.`)
    const { plan, text } = await planner.plan(plannableText(document, source), operationName ?? undefined)
    return { ...compileOperation(context, document, operation, plan), planText: text }
  }

  return {
    find(prepared: Prepared): Promise<PlannedOperation> {
      const key = `${prepared.operationName ?? ''}\0${prepared.source}`
      const known = operations.get(key)
      if (known) return known
      const preparing = prepare(prepared)
      operations.set(key, preparing)
      // What failed is tried again by the next one who asks.
      preparing.catch(() => operations.delete(key))
      return preparing
    },
  }
}
