import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { Log } from '../log.ts'

/** An error made on purpose: the client sees its message. */
export function apiError(code: ErrorCode, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code } })
}

export type MaskedError = { message: string; extensions: { code: ErrorCode; requestId?: string } }

/** The error that a client sees in place of a bug. The details are in the log, under the request's id. */
export function masked(requestId?: string): MaskedError {
  const extensions = { code: 'INTERNAL_SERVER_ERROR', ...(requestId !== undefined && { requestId }) } as const
  return { message: 'Something went wrong on our side.', extensions }
}

/**
 * An error as the client sees it. Errors made on purpose have a code and are shown. Errors of the request as a whole
 * (invalid variables) have no path and are shown. All others are bugs: they are logged and masked.
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
