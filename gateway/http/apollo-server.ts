import { ApolloServer, type ApolloServerPlugin } from '@apollo/server'
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { GraphQLFormattedError } from 'graphql'
import type { Log } from '../../platform/log.ts'
import type { GatewayContext } from '../context.ts'
import { masked } from '../subgraph-client/errors.ts'
import type { GatewayInterface } from '../execution/gateway-interface.ts'

export type ApolloOptions = {
  execution: GatewayInterface
  /** Answer introspection, and name similar fields when one is unknown. */
  introspection: boolean
  log: Log
}

/** GraphQL over HTTP in front of an execution engine. Nothing is reported to anybody. */
export function createApolloServer({
  execution,
  introspection,
  log,
}: ApolloOptions): ApolloServer<GatewayContext> {
  const requestIds = new WeakMap<object, string>()
  return new ApolloServer<GatewayContext>({
    gateway: execution,
    introspection,
    hideSchemaDetailsFromClientErrors: !introspection,
    includeStacktraceInErrorResponses: false,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    csrfPrevention: true,
    stopOnTerminationSignals: false,
    logger: log,
    formatError: (formatted, error) => formatError(formatted, requestIds.get(Object(error)), error, log),
    plugins: [
      rememberRequestIds(requestIds),
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  })
}

/** Notes whose errors they are: `formatError` is not told. */
function rememberRequestIds(requestIds: WeakMap<object, string>): ApolloServerPlugin<GatewayContext> {
  return {
    requestDidStart: async () => ({
      async didEncounterErrors({ errors, contextValue }) {
        for (const error of errors) requestIds.set(error, contextValue.requestId)
      },
    }),
  }
}

/** Lets errors made on purpose pass; what nobody gave a code is a bug of the gateway: logged, and masked. */
function formatError(
  formatted: GraphQLFormattedError,
  requestId: string | undefined,
  error: unknown,
  log: Log,
): GraphQLFormattedError {
  const { stacktrace: _stacktrace, exception: _exception, ...extensions } = formatted.extensions ?? {}
  if (extensions['code'] !== 'INTERNAL_SERVER_ERROR' || 'requestId' in extensions)
    return { ...formatted, extensions }
  log.error({ err: error, requestId }, 'unexpected error in the gateway')
  const { message, extensions: shown } = masked(requestId)
  const { path, locations } = formatted
  return { message, ...(locations && { locations }), ...(path && { path }), extensions: shown }
}
