import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Log } from '../log.ts'

/** An error made on purpose: its message reaches the client. */
export function apiError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } })
}

/**
 * What the client sees of an error. Errors made on purpose carry a code and pass; errors of the request as a whole
 * (variables that do not fit) have no path and pass; everything else is a bug: logged, and masked.
 */
export function toClientError(error: GraphQLError, requestId: string, log: Log): GraphQLFormattedError {
  const { message, locations, path, extensions } = error.toJSON()
  const place = { ...(locations && { locations }), ...(path && { path }) }
  if (extensions?.['code']) return { message, ...place, extensions }
  if (!path && !error.originalError) return { message, ...place, extensions: { code: 'BAD_USER_INPUT' } }
  log.error({ err: error.originalError ?? error, path, requestId }, 'unexpected error')
  return {
    message: 'Something went wrong on our side.',
    ...place,
    extensions: { code: 'INTERNAL_SERVER_ERROR', requestId },
  }
}
