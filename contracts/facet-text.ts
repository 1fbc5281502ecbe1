import { ID_PREFIXES, parseId, parseIdOf, type IdPrefix } from './ids.ts'
import { quote } from './input.ts'
import { services, type Service } from './topology.ts'

/** What follows the second colon of each kind of facet: the id of a user or of a post, or a handle. */
const KINDS = {
  'users:User': 'user',
  'users:handle': 'handle',
  'users:Viewer': 'user',
  'posts:Post': 'post',
  'posts:User': 'user',
  'posts:Viewer': 'user',
  'followers:User': 'user',
} as const satisfies Readonly<Record<`${Service}:${string}`, IdPrefix | 'handle'>>

/** The part of a facet before its second colon. */
const KIND = /^([a-z]+):[A-Za-z]+(?=:)/

/**
 * Parses a facet that a person has typed; see `facets`.
 *
 * @returns the service that owns it, or the fault, with the remedy
 */
export function parseFacet(text: string): { service: Service } | { fault: string } {
  const [kind = '', name = ''] = KIND.exec(text) ?? []
  const service = services.find((known) => known === name)
  if (!Object.hasOwn(KINDS, kind) || !service) {
    return { fault: `${quote(text)} is not a facet. Facets are ${FORMS.join(', ')}.` }
  }
  const named = KINDS[kind as keyof typeof KINDS]
  const rest = text.slice(kind.length + 1)
  if (named === 'handle') {
    if (/^[a-z][a-z0-9_]{2,29}$/.test(rest)) return { service }
    return {
      fault: `${quote(text)}: expected a handle after ${kind}:, 3 to 30 characters of a-z 0-9 _, starting with a letter.`,
    }
  }
  if (parseIdOf(named, rest) !== null) return { service }
  return {
    fault: `${quote(text)}: expected the id of a ${named} after ${kind}:, which is ${named}_ and 26 letters and digits.`,
  }
}

/** All facets of one user or post, in all services. Null if the text is not such an id. */
export function facetsOfId(id: string): string[] | null {
  const prefix = parseId(id)?.prefix
  const kinds = Object.entries(KINDS).filter(([, named]) => named === prefix)
  return kinds.length > 0 ? kinds.map(([kind]) => `${kind}:${id}`) : null
}

const FORMS = Object.entries(KINDS).map(([kind, named]) =>
  named in ID_PREFIXES ? `${kind}:${named}_…` : `${kind}:alice`,
)
