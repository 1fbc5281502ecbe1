import type { GraphQLFormattedError } from 'graphql'
import type { Log } from '../../platform/log.ts'
import { FORM } from './media-types.ts'
import { masked } from '../../platform/graphql/errors.ts'
import { recordError, type RequestRecord } from '../metrics/request-record.ts'

/** Apollo Server's message for mutations by GET, which does not say what to do instead. */
const ONLY_QUERIES = /^GET requests only support query operations, not \w+ operations$/

/**
 * An error as clients see it. An error without a code is a bug of the gateway: it is logged and masked.
 *
 * @param cause the error to log
 * @param record the record of the request, which gets the code
 */
export function presentError(
  formatted: GraphQLFormattedError,
  requestId: string | undefined,
  cause: unknown,
  log: Log,
  record?: RequestRecord,
): GraphQLFormattedError {
  const { locations, path } = formatted
  const message = ONLY_QUERIES.test(formatted.message) ? `${formatted.message}. ${FORM}` : formatted.message
  const { stacktrace: _stacktrace, exception: _exception, ...extensions } = formatted.extensions ?? {}
  const place = { ...(locations && { locations }), ...(path && { path }) }
  const code = extensions['code'] ?? 'INTERNAL_SERVER_ERROR'
  recordError(record, code)
  if (code !== 'INTERNAL_SERVER_ERROR' || 'requestId' in extensions) return { message, ...place, extensions }
  log.error({ err: cause, requestId }, 'unexpected error in the gateway')
  const shown = masked(requestId)
  return { message: shown.message, ...place, extensions: shown.extensions }
}
