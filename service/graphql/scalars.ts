import { GraphQLScalarType } from 'graphql'

/** `DateTime`, for output only: a Date as ISO 8601 in UTC with milliseconds. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize(value) {
    if (value instanceof Date) return value.toISOString()
    throw new TypeError(`DateTime cannot represent ${String(value)}`)
  },
})
