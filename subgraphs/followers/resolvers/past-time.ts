import { apiError } from '../../../platform/graphql/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import { parseDateTime } from '../../../service/graphql/date-time-argument.ts'

/**
 * Parses an argument that is a time in the past.
 *
 * @throws GraphQLError with code BAD_USER_INPUT if it is malformed or in the future
 */
export function pastTime(name: string, value: unknown, clock: Clock): Date {
  const [time, now] = [parseDateTime(name, value), new Date(clock())]
  if (time <= now) return time
  const message = `${name}: ${time.toISOString()} is in the future. It is ${now.toISOString()}. Pass a time in the past.`
  throw apiError('BAD_USER_INPUT', message)
}
