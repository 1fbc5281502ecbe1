import { GraphQLError, Kind, type DirectiveNode, type DocumentNode } from 'graphql'
import { UserFacingError } from '../../platform/lifecycle.ts'
import { parseInSlices } from './build-schema.ts'
import { refuseUnknownFeatures } from './features.ts'

export type Supergraph = {
  sdl: string
  /** Routing URLs by subgraph name. The URL is empty if a subgraph has none. */
  subgraphs: ReadonlyMap<string, string>
}

/**
 * Reads the subgraphs from a supergraph's SDL, without blocking the event loop.
 *
 * @param source the name of its file, for messages
 * @throws UserFacingError if it is not a supergraph, or needs a feature that is not enforced
 */
export async function readSupergraph(sdl: string, source: string): Promise<Supergraph> {
  const document = await parseSdl(sdl, source)
  const subgraphs = new Map(graphsOf(document))
  if (subgraphs.size === 0) {
    throw new UserFacingError(
      `${source} is not a supergraph: it has no enum join__Graph with @join__graph. Compose the subgraphs first.`,
    )
  }
  refuseUnknownFeatures(document, source)
  return { sdl, subgraphs }
}

async function parseSdl(sdl: string, source: string): Promise<DocumentNode> {
  try {
    return await parseInSlices(sdl)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 }
    throw new UserFacingError(`${source}:${line}:${column} is not valid SDL: ${error.message}`)
  }
}

function graphsOf(document: DocumentNode): [string, string][] {
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.ENUM_TYPE_DEFINITION || definition.name.value !== 'join__Graph') return []
    return (definition.values ?? []).flatMap(({ directives }): [string, string][] => {
      const graph = directives?.find(({ name }) => name.value === 'join__graph')
      return graph ? [[text(graph, 'name'), text(graph, 'url')]] : []
    })
  })
}

function text(directive: DirectiveNode, name: string): string {
  const value = directive.arguments?.find((argument) => argument.name.value === name)?.value
  return value?.kind === Kind.STRING ? value.value : ''
}
