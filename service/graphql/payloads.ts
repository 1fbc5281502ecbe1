import { payloadTypeOf } from '../../contracts/errors.ts'
import { isFailure } from '../../contracts/failure.ts'

type TypeResolvers = Record<string, { __resolveType: (value: unknown) => string }>

/** Type resolvers of the unions `<Mutation>Payload`. A failure has the type of its code. Any other value is the success. */
export function payloadResolvers(mutations: readonly string[]): TypeResolvers {
  return Object.fromEntries(
    mutations.map((mutation) => [
      `${mutation}Payload`,
      {
        __resolveType: (value) => (isFailure(value) ? payloadTypeOf(value.code) : `${mutation}Success`),
      },
    ]),
  )
}
