import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import type { Composed } from './workload.ts'

/** Composes subgraphs that are known to compose. */
export function compose(services: readonly { name: string; url: string; sdl: string }[]): Composed {
  const { errors, supergraphSdl, schema } = composeServices(
    services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  )
  if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'))
  return { sdl: supergraphSdl, apiSchema: schema.toAPISchema().toGraphQLJSSchema() }
}
