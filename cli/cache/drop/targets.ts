import { facetsOfId, parseFacet } from '../../../contracts/facet-text.ts'
import { databases, serviceOf, type DatabaseName } from '../../../contracts/topology.ts'
import { UserFacingError } from '../../../platform/lifecycle.ts'

/** What is dropped of each database: facets, or `whole`. */
export type Targets<Name extends string = DatabaseName> = ReadonlyMap<Name, readonly string[] | 'whole'>

/**
 * Finds the databases that own what is to be dropped. If a service has several databases, a facet is dropped in all of them,
 * because only the service knows in which one its data is.
 *
 * @param texts facets, ids of users or posts, and names of databases
 * @throws UserFacingError naming the first text that is none of these
 */
export function targetsOf(texts: readonly string[]): Targets {
  return targetsAmong(databases, serviceOf, texts)
}

/** The same for any databases. */
export function targetsAmong<Name extends string>(
  known: readonly Name[],
  ownerOf: (database: Name) => string,
  texts: readonly string[],
): Targets<Name> {
  const found = new Map<Name, Set<string> | 'whole'>()
  for (const text of texts) {
    const database = known.find((name) => name === text)
    if (database !== undefined) found.set(database, 'whole')
    else if (!text.includes(':') && !facetsOfId(text)) throw new UserFacingError(unknown(text, known))
    for (const facet of database === undefined ? (facetsOfId(text) ?? [text]) : []) {
      const parsed = parseFacet(facet)
      if ('fault' in parsed) throw new UserFacingError(parsed.fault)
      for (const name of known.filter((each) => ownerOf(each) === parsed.service)) {
        const facets = found.get(name) ?? new Set()
        if (facets !== 'whole') found.set(name, facets.add(facet))
      }
    }
  }
  return new Map([...found].map(([name, facets]) => [name, facets === 'whole' ? facets : [...facets]]))
}

function unknown(text: string, known: readonly string[]): string {
  return `${JSON.stringify(text)} is not a facet such as users:User:user_…, an id, or a database: ${known.join(', ')}.`
}
