import {
  GraphQLError,
  Kind,
  parse,
  Source,
  stripIgnoredCharacters,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
} from 'graphql'
import { z } from 'zod'
import { messageOf, placeOf } from './operation-place.ts'

type Definitions = readonly (OperationDefinitionNode | FragmentDefinitionNode)[]
type Read = { definitions: Definitions; faults: readonly string[] }

/** Parses a file of operations and fragments. Type definitions in it are faults. */
export function definitionsOfFile(text: string, file: string): Read {
  return read(new Source(text, file))
}

/** A persisted-query manifest, as Apollo's tools write it. */
const ApolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
})

/** The `persistConfig.file` of relay-compiler: the text of each operation, by its id. */
const RelayMap = z.record(z.string(), z.string())

/**
 * Reads a client's manifest, of Apollo's or Relay's format. Each entry has its own fragments. Faults in an operation have the
 * place of its entry in the file.
 */
export function entriesOfManifest(
  text: string,
  file: string,
): { entries: readonly Definitions[]; faults: readonly string[] } {
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    return { entries: [], faults: [`${file}:1:1: This is not JSON: ${messageOf(error)}`] }
  }
  const apollo = ApolloManifest.safeParse(json)
  const relay = apollo.success ? null : RelayMap.safeParse(json)
  if (!apollo.success && !relay?.success) {
    const expected = 'expected {"format": "apollo-persisted-query-manifest", "version": 1, "operations": […]}'
    return { entries: [], faults: [`${file}:1:1: ${expected}, or Relay's map of ids to texts.`] }
  }
  const entries = apollo.success
    ? apollo.data.operations.map(({ id, body }) => [id, body] as const)
    : Object.entries(relay?.data ?? {})
  const reads = entries.map(([id, body]) => read(sourceOf(body, id)))
  return {
    entries: reads.map(({ definitions }) => definitions),
    faults: reads.flatMap(({ faults }) => faults),
  }

  /** Positions in the body have no place in a JSON file, so all of them are given that of the entry's id. */
  function sourceOf(body: string, id: string): Source {
    const before = text.slice(0, Math.max(0, text.indexOf(JSON.stringify(id)))).split('\n')
    const offset = { line: before.length, column: (before.at(-1) ?? '').length + 1 }
    return new Source(inOneLine(body), file, offset)
  }
}

/** Without comments, which would hide what follows them. A text that is not valid is parsed as it is, for its fault. */
function inOneLine(body: string): string {
  try {
    return stripIgnoredCharacters(body)
  } catch {
    return body.replaceAll(/\s*\n\s*/g, ' ')
  }
}

function read(source: Source): Read {
  try {
    const all = parse(source).definitions
    const definitions = all.filter(
      (node) => node.kind === Kind.OPERATION_DEFINITION || node.kind === Kind.FRAGMENT_DEFINITION,
    )
    const others = all.filter((node) => !definitions.some((known) => known === node))
    return {
      definitions,
      faults: others.map(
        (node) =>
          `${placeOf(node)}: Only operations and fragments may be here, not the definition of a type or directive.`,
      ),
    }
  } catch (error) {
    const [at] = error instanceof GraphQLError ? (error.locations ?? []) : []
    const { line, column } = source.locationOffset
    const inFirst = (at?.line ?? 1) === 1
    const place = `${(at?.line ?? 1) + line - 1}:${(at?.column ?? 1) + (inFirst ? column - 1 : 0)}`
    return { definitions: [], faults: [`${source.name}:${place}: ${messageOf(error)}`] }
  }
}
