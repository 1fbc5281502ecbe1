import type { Exchange, Operation, OperationResult } from '@urql/core'
import { makeOperation } from '@urql/core'
import { filter, makeSubject, map, merge, pipe } from 'wonka'
import {
  createConsistencyTokens,
  saysTokenInvalid,
  withTokens,
  type HeldTokens,
} from './consistency-tokens.ts'

/** An operation on its way, with the tokens it was sent with. */
type Context = Operation['context'] & { sentTokens?: HeldTokens; repeated?: boolean }

/**
 * For urql: each request asks for data that has this client's own writes. Put it behind the cache and in front of the
 * fetchExchange. A request whose tokens are refused is repeated once without them.
 */
export function consistencyExchange(tokens = createConsistencyTokens()): Exchange {
  return ({ forward }) => {
    const repeats = makeSubject<Operation>()

    function withHeader(operation: Operation): Operation {
      if (operation.kind === 'teardown') return operation
      const sentTokens = tokens.held()
      const given = operation.context.fetchOptions
      const options = (typeof given === 'function' ? given() : given) ?? {}
      const headers = withTokens(Object.fromEntries(new Headers(options.headers)), sentTokens)
      const context: Context = { ...operation.context, fetchOptions: { ...options, headers }, sentTokens }
      return makeOperation(operation.kind, operation, context)
    }

    /** Whether the result goes to the caller. */
    function take({ operation, error, extensions }: OperationResult): boolean {
      const { sentTokens = new Set(), repeated } = operation.context as Context
      tokens.received(sentTokens, extensions)
      if (!saysTokenInvalid(error?.graphQLErrors)) return true
      tokens.refused(sentTokens)
      if (repeated) return true
      const context: Context = { ...operation.context, repeated: true }
      repeats.next(makeOperation(operation.kind, operation, context))
      return false
    }

    return (operations) => pipe(merge([operations, repeats.source]), map(withHeader), forward, filter(take))
  }
}
