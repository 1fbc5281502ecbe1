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
  /** Allow introspection, and suggest similar names for unknown fields. */
  introspection: boolean
  /** Null if no subgraph uses consistency tokens. */
  tokens: ClientTokens | null
  log: Log
}

/** Apollo Server with our engine. All reporting to Apollo is off. */
export function createApolloServer({
  supergraphs,
  introspection,
  tokens,
  log,
}: ApolloOptions): ApolloServer<GatewayContext> {
  const contexts = new WeakMap<object, GatewayContext>()
  return new ApolloServer<GatewayContext>({
    gateway: apolloGateway(supergraphs, introspection),
    // `noIntrospection` refuses it, with a message that says what to do instead.
    introspection: true,
    validationRules: [FiniteFloatsRule, ...(introspection ? [] : [noIntrospection])],
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    // The route has already refused forged requests (`forgery.ts`).
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

/** Records operations. Also records the context of each error, because `formatError` does not receive it. */
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

/** Keeps the supergraph with which a request began until the response is sent. */
function holdSupergraphs(supergraphs: SupergraphManager): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async ({ schema }) => {
      const release = supergraphs.hold(supergraphs.of(schema))
      return { willSendResponse: async () => release() }
    },
  }
}

/** Adds the consistency token to the response, also if the response is an error. */
function tellConsistency(tokens: ClientTokens): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      async willSendResponse({ response: { http, body }, contextValue }) {
        const output = tokens.write(contextValue.consistency)
        if (!output || body.kind !== 'single') return
        if (output.header !== null) http.headers.set(CONSISTENCY_HEADER, output.header)
        body.singleResult.extensions = { ...body.singleResult.extensions, ...output.extensions }
      },
    }),
  }
}
