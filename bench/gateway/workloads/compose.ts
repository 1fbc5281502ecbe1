import { composeServices } from '@apollo/composition'
import { parse } from 'graphql'
import type { Composed } from './workload.ts'

/** Composes subgraphs that are known to compose. */
export function compose(services: readonly { name: string; url: string; sdl: string }[]): Composed {
  const { errors, supergraphSdl, schema } = composeServices(
    services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })),
  )
  if (errors) throw new AggregateError(errors, errors.map(({ message }) => message).join('\n'))
  // Hive Router 1.4 cannot parse a schema with a description.
  const sdl = supergraphSdl.replace(/^"""[^]*?"""\n(?=schema\b)/, '')
  return { sdl, apiSchema: schema.toAPISchema().toGraphQLJSSchema() }
}
