import { ApolloLink } from '@apollo/client'
import { defer, mergeMap, of, type Observable } from 'rxjs'
import { createConsistencyTokens, saysTokenInvalid, withTokens } from './consistency-tokens.ts'

/**
 * For Apollo Client 4: each request asks for data that has this client's own writes. Put it in front of the HttpLink.
 * A request whose tokens are refused is repeated once without them.
 */
export function consistencyLink(tokens = createConsistencyTokens()): ApolloLink {
  return new ApolloLink((operation, forward) => {
    const attempt = (mayRepeat: boolean): Observable<ApolloLink.Result> =>
      defer(() => {
        const sent = tokens.held()
        operation.setContext(({ headers }) => ({ headers: withTokens(headers, sent) }))
        return forward(operation).pipe(
          mergeMap((result) => {
            tokens.received(sent, result.extensions)
            if (!saysTokenInvalid(result.errors)) return of(result)
            tokens.refused(sent)
            return mayRepeat ? attempt(false) : of(result)
          }),
        )
      })
    return attempt(true)
  })
}
