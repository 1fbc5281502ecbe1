import { readFile } from 'node:fs/promises'
import { type GraphQLSchema } from 'graphql'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { shownPath } from '../check/load/outcome.ts'
import { readSchema } from '../check/load/read-schema.ts'

/**
 * Reads the schema that clients see from a file: an API schema, a supergraph, or the JSON of an introspection.
 *
 * @throws UserFacingError if the file cannot be read, or contains no schema
 */
export async function readApi(file: string): Promise<GraphQLSchema> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new UserFacingError(`${shownPath(file)} cannot be read: ${String(error)}`)
  })
  const read = readSchema(shownPath(file), text)
  if (read.ok) return read.value.api
  throw new UserFacingError(read.faults.map(({ message }) => message).join('\n'))
}
