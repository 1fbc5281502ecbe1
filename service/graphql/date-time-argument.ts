import { quote } from '../../contracts/input.ts'
import { apiError } from '../../platform/graphql/errors.ts'

const DATE_TIME =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3])(:[0-5]\d){2}(\.\d+)?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/**
 * Parses an argument of type `DateTime`: a date, a time and an offset from UTC (RFC 3339), from 1970 on. What is below a
 * millisecond is cut off.
 *
 * @param name for the message: `asOf`
 * @throws GraphQLError with code BAD_USER_INPUT
 */
export function parseDateTime(name: string, value: unknown): Date {
  const [text, year, month, day] = (typeof value === 'string' && DATE_TIME.exec(value)) || []
  const isDay = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() === Number(day)
  const date = new Date(text === undefined || !isDay ? NaN : text.toUpperCase())
  if (date.getTime() >= 0) return date
  throw apiError(
    'BAD_USER_INPUT',
    `${name}: ${typeof value === 'string' ? quote(value) : JSON.stringify(value)} is not a time since 1970. \
Pass a date, a time and an offset from UTC, such as "2026-01-31T12:00:00Z".`,
  )
}
