import { Kind, type ConstDirectiveNode } from 'graphql'
import { type Finding, type LoadedSubgraph } from '../finding.ts'
import { placeOf } from './locate.ts'
import { REMEDIES } from './remedies.ts'

const CODE = 'INVALID_LINK_DIRECTIVE_USAGE'

/**
 * Each `@link` on a schema without a URL. Composition ignores such a link, or crashes: the subgraph is then one of Federation
 * 1, and the errors are about other places. A subgraph may define a directive `@link` of its own, with other arguments.
 */
export function invalidLinks(subgraphs: readonly LoadedSubgraph[]): Finding[] {
  return subgraphs.flatMap((subgraph) =>
    linksOf(subgraph).flatMap((link) => {
      const url = link.arguments?.find(({ name }) => name.value === 'url')?.value
      const isUrl = url?.kind === Kind.STRING && URL.canParse(url.value)
      if (isUrl) return []
      const found = url === undefined ? 'has no `url`' : 'has a `url` that is not a URL'
      return [
        {
          code: CODE,
          severity: 'error',
          message: `This @link ${found}. Its specification is therefore unknown.`,
          place: placeOf(url ?? link),
          coordinate: null,
          subgraph: subgraph.name,
          remedy: REMEDIES[CODE] ?? null,
        } satisfies Finding,
      ]
    }),
  )
}

function linksOf({ typeDefs: { definitions } }: LoadedSubgraph): ConstDirectiveNode[] {
  const isOwn = definitions.some(
    (node) =>
      node.kind === Kind.DIRECTIVE_DEFINITION &&
      node.name.value === 'link' &&
      !node.arguments?.some(({ name }) => name.value === 'url'),
  )
  if (isOwn) return []
  return definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? []).filter(({ name }) => name.value === 'link')
      : [],
  )
}
