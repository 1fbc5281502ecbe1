import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import type { Log } from '../../platform/log.ts'
import type { ClientTokens } from '../consistency-token/client-tokens.ts'
import type { GatewayContext } from '../gateway-context.ts'
import { recordOperation } from '../metrics/request-record.ts'
import { executeOperations, stringifyResult } from './execute-operations.ts'
import { apolloGateway } from './apollo-gateway.ts'
import { presentError } from './present-error.ts'
import { FiniteFloatsRule, noIntrospection } from '../supergraph/validation-rules.ts'
import type { SupergraphManager } from '../supergraph/supergraph-manager.ts'

export type ApolloOptions = {
  supergraphs: SupergraphManager
  /** Answer introspection, and name similar fields when one is unknown. */
  introspection: boolean
  /** Null where no subgraph knows what to do with them. */
  tokens: ClientTokens | null
  log: Log
}

/** GraphQL over HTTP in front of an execution engine. Nothing is reported to anybody. */
export function createApolloServer({
  supergraphs,
  introspection,
  tokens,
  log,
}: ApolloOptions): ApolloServer<GatewayContext> {
  const contexts = new WeakMap<object, GatewayContext>()
  return new ApolloServer<GatewayContext>({
    gateway: apolloGateway(supergraphs, introspection),
    // Refused by our own rule, which says what to do instead.
    introspection: true,
    validationRules: [FiniteFloatsRule, ...(introspection ? [] : [noIntrospection])],
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // The route has refused what a browser could have been made to send (`forgery.ts`).
    csrfPrevention: false,
    stopOnTerminationSignals: false,
    logger: log,
    stringifyResult,
    formatError(formatted, error) {
      const context = contexts.get(Object(error))
      return presentError(formatted, context?.requestId, error, log, context?.record)
    },
    plugins: [
      recordRequests(contexts),
      holdSupergraphs(supergraphs),
      executeOperations(supergraphs, introspection, log),
      ...(tokens ? [tellConsistency(tokens)] : []),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
}

/** Records operations, and to which request an error belongs, which `formatError` does not get to know. */
function recordRequests(contexts: WeakMap<object, GatewayContext>): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      async didResolveOperation({ operation, contextValue }) {
        recordOperation(contextValue.record, operation)
      },
      async didEncounterErrors({ errors, contextValue }) {
        for (const error of errors) contexts.set(error, contextValue)
      },
    }),
  }
}

/** Keeps the graph that a request began with until it is answered. */
function holdSupergraphs(supergraphs: SupergraphManager): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async ({ schema }) => {
      const release = supergraphs.hold(supergraphs.of(schema))
      return { willSendResponse: async () => release() }
    },
  }
}

/** Tells the client what was written, also when the answer is an error. */
function tellConsistency(tokens: ClientTokens): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      async willSendResponse({ response: { http, body }, contextValue }) {
        const told = tokens.tell(contextValue.consistency)
        if (!told || body.kind !== 'single') return
        if (told.header !== null) http.headers.set(CONSISTENCY_HEADER, told.header)
        body.singleResult.extensions = { ...body.singleResult.extensions, ...told.extensions }
      },
    }),
  }
}
