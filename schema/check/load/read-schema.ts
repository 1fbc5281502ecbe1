import { Supergraph } from '@apollo/federation-internals'
import {
  buildASTSchema,
  buildClientSchema,
  getIntrospectionQuery,
  type DocumentNode,
  type GraphQLSchema,
  type IntrospectionQuery,
} from 'graphql'
import { withoutPassword } from '../../../platform/config/read-config.ts'
import { type LoadedSubgraph } from '../finding.ts'
import { describe, parseJson, queryGraphql, request } from './introspect.ts'
import { allOf, failure, success, type Outcome } from './outcome.ts'
import { parseGraphql } from './parse-sdl.ts'

/** A schema to compare with. `subgraphs` is null if only the API schema is known. */
export type SchemaVersion = { api: GraphQLSchema; subgraphs: readonly LoadedSubgraph[] | null }

const JOIN_SPEC = 'specs.apollo.dev/join/'

/** Reads a supergraph schema, an API schema, or the JSON of an introspection. @param file as it is shown */
export function readSchema(file: string, text: string): Outcome<SchemaVersion> {
  if (text.trimStart().startsWith('{') && text.includes('"__schema"')) return readIntrospection(file, text)
  const document = parseGraphql(file, text)
  if (!document.ok) return document
  try {
    if (text.includes(JOIN_SPEC)) return readSupergraph(file, document.value)
    return success({ api: buildASTSchema(document.value), subgraphs: null })
  } catch (error) {
    return failure(`${file} is not a valid schema: ${reasonOf(error)}`)
  }
}

/** The API of a supergraph, and the subgraphs that it was composed of, without their descriptions. */
function readSupergraph(file: string, sdl: DocumentNode): Outcome<SchemaVersion> {
  const supergraph = Supergraph.build(sdl, { supportedFeatures: null })
  const subgraphs = allOf(
    supergraph
      .subgraphs()
      .values()
      .map((subgraph) => {
        const typeDefs = parseGraphql(`${file} (subgraph ${subgraph.name})`, subgraph.toString())
        return typeDefs.ok
          ? success({ name: subgraph.name, url: subgraph.url, typeDefs: typeDefs.value })
          : typeDefs
      }),
  )
  if (!subgraphs.ok) return subgraphs
  return success({ api: supergraph.apiSchema().toGraphQLJSSchema(), subgraphs: subgraphs.value })
}

/** Loads the schema that a URL serves as a file, or that a GraphQL server describes by introspection. */
export async function fetchSchema(url: string, timeoutMs: number): Promise<Outcome<SchemaVersion>> {
  const shown = withoutPassword(url)
  const accept = 'application/graphql, text/plain;q=0.9, */*;q=0.1'
  const file = await request(url, { headers: { accept } }, timeoutMs)
  if (!file.ok) return file
  const { status, type, body } = file.value
  const isFile = status === 200 && !/html/.test(type) && !/^\s*</.test(body)
  if (isFile && !(type.includes('json') && parseJson(body) === undefined)) {
    const read = readSchema(shown, body)
    if (read.ok || !/^\s*\{/.test(body)) return read
  }
  const introspected = await queryGraphql(url, getIntrospectionQuery(), { timeoutMs })
  if (introspected.ok) return readIntrospection(shown, JSON.stringify(introspected.value))
  if (status !== 200) return failure(`${shown} responded with ${describe(file.value)}, not with a schema.`)
  return introspected
}

function readIntrospection(file: string, json: string): Outcome<SchemaVersion> {
  try {
    const parsed = JSON.parse(json) as IntrospectionQuery & { data?: IntrospectionQuery }
    return success({ api: buildClientSchema(parsed.data ?? parsed), subgraphs: null })
  } catch (error) {
    return failure(`${file} is not the result of an introspection: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.endsWith('.') ? message : `${message}.`
}
