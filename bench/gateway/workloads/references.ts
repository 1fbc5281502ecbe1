import { execute, parse, type GraphQLSchema } from 'graphql'
import type { Workload } from './workload.ts'

/** Computes the correct response for each of the workload's variables, by executing graphql-js on the whole graph. */
export async function makeReferences(
  { query, variables, rootValue }: Workload,
  schema: GraphQLSchema,
): Promise<string[]> {
  const document = parse(query)
  return Promise.all(
    variables.map(async (variableValues) => {
      const result = await execute({ schema, document, rootValue, variableValues })
      if (result.errors) throw new AggregateError(result.errors, 'the reference has errors')
      return JSON.stringify(result)
    }),
  )
}
