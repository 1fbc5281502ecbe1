import { Kind, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import type { CacheHint, PlannerSupergraph } from './planner.ts'
import { argumentOf, directivesOf, hasFields } from './supergraph-document.ts'

/**
 * The hints of a supergraph. If several subgraphs have one for the same type or field, the stricter values count.
 *
 * @throws Error if a value is invalid
 */
export function cacheHintsIn(document: DocumentNode): PlannerSupergraph['cacheHints'] {
  const hints: Record<string, CacheHint> = {}
  const add = (coordinate: string, directives: readonly ConstDirectiveNode[]) => {
    for (const directive of directives) {
      const hint = hintOf(coordinate, directive)
      const known = hints[coordinate]
      hints[coordinate] = known ? stricter(known, hint) : hint
    }
  }
  for (const type of document.definitions.filter(hasFields)) {
    add(type.name.value, directivesOf(type, NAME))
    for (const field of type.fields ?? []) {
      add(`${type.name.value}.${field.name.value}`, directivesOf(field, NAME))
    }
  }
  return hints
}

const NAME = 'cacheControl'

function hintOf(coordinate: string, directive: ConstDirectiveNode): CacheHint {
  const given = directive.arguments?.find(({ name }) => name.value === 'maxAge')?.value
  const maxAge = given?.kind === Kind.INT ? Number(given.value) : null
  const scope = argumentOf(directive, 'scope') ?? null
  if (
    (given && (maxAge === null || maxAge < 0)) ||
    (scope !== null && scope !== 'PUBLIC' && scope !== 'PRIVATE')
  ) {
    throw new Error(
      `${coordinate} has @cacheControl with an invalid value. \`maxAge\` is a number of seconds, 0 or more; ` +
        '`scope` is PUBLIC or PRIVATE.',
    )
  }
  return { maxAge, scope }
}

function stricter(a: CacheHint, b: CacheHint): CacheHint {
  const ages = [a.maxAge, b.maxAge].filter((age) => age !== null)
  const isPrivate = a.scope === 'PRIVATE' || b.scope === 'PRIVATE'
  return {
    maxAge: ages.length > 0 ? Math.min(...ages) : null,
    scope: isPrivate ? 'PRIVATE' : (a.scope ?? b.scope),
  }
}
