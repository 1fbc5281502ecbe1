import { Kind, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import { UserFacingError } from '../../platform/lifecycle.ts'

/**
 * The features that the engine enforces, by the name in their URL. It does not enforce `authenticated`, `requiresScopes`,
 * `policy`, `context` and `connect`.
 */
const ENFORCED = new Set(['link', 'core', 'join', 'inaccessible', 'tag'])

/**
 * Refuses a supergraph with a feature that the engine does not enforce. If a feature `for: SECURITY` is ignored, protected
 * data is public. If one `for: EXECUTION` is ignored, responses are wrong (https://specs.apollo.dev/link/v1.0/#Purpose).
 */
export function refuseUnknownFeatures(supergraph: DocumentNode, source: string): void {
  const faults = linksOf(supergraph).flatMap((link) => {
    const purpose = argument(link, 'for')
    if (purpose !== 'SECURITY' && purpose !== 'EXECUTION') return []
    const url = argument(link, 'url') ?? argument(link, 'feature') ?? ''
    const name = featureName(url)
    return ENFORCED.has(name) ? [] : [`@${name} (${url}, for: ${purpose})`]
  })
  if (faults.length === 0) return
  throw new UserFacingError(
    `${source} needs what this gateway does not enforce: ${faults.join(', ')}. ` +
      'Compose the supergraph without it, or serve it with a gateway that enforces it.',
  )
}

function linksOf(supergraph: DocumentNode): ConstDirectiveNode[] {
  return supergraph.definitions.flatMap((definition) =>
    definition.kind === Kind.SCHEMA_DEFINITION || definition.kind === Kind.SCHEMA_EXTENSION
      ? (definition.directives ?? []).filter(({ name }) => name.value === 'link' || name.value === 'core')
      : [],
  )
}

function argument(directive: ConstDirectiveNode, name: string): string | null {
  const value = directive.arguments?.find((given) => given.name.value === name)?.value
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : null
}

/** `https://specs.apollo.dev/requiresScopes/v0.1` → `requiresScopes`. */
function featureName(url: string): string {
  const segments = url.split('/').filter((segment) => segment !== '' && !/^v\d+(\.\d+)*$/.test(segment))
  return segments.at(-1) ?? url
}
