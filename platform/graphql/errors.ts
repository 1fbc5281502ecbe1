import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Log } from '../log.ts'

/** An intended error. The client sees its message. */
export function apiError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } })
}

export type MaskedError = { message: string; extensions: { code: ErrorCode; requestId?: string } }

/** The error that a client sees instead of a bug. The log has the details, with the request id. */
export function masked(requestId?: string): MaskedError {
  const extensions = { code: 'INTERNAL_SERVER_ERROR', ...(requestId !== undefined && { requestId }) } as const
  return { message: 'Something went wrong on our side.', extensions }
}

/**
 * Converts an error for the client. Intended errors have a code and are shown. Errors of the whole request, such as
 * invalid variables, have no path and are shown. All other errors are bugs: they are logged and masked.
 */
export function toClientError(error: GraphQLError, requestId: string, log: Log): GraphQLFormattedError {
  const { message, locations, path, extensions } = error.toJSON()
  const place = { ...(locations && { locations }), ...(path && { path }) }
  if (extensions?.['code']) return { message, ...place, extensions }
  if (!path && !error.originalError) return { message, ...place, extensions: { code: 'BAD_USER_INPUT' } }
  log.error({ err: error.originalError ?? error, path, requestId }, 'unexpected error')
  const { message: shown, extensions: shownExtensions } = masked(requestId)
  return { message: shown, ...place, extensions: shownExtensions }
}
