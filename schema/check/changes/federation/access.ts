import { Kind, print, type ConstDirectiveNode } from 'graphql'
import type { Change } from '../change.ts'
import { parseCoordinate, selectionsOf } from '../coordinates.ts'
import { argument } from '../federation-names.ts'
import { fieldAt } from '../judge-field.ts'
import { fieldsReturning } from '../judge-type.ts'
import type { SubgraphIndex } from '../subgraph-index.ts'
import type { Federation } from './federation.ts'
import { makeChange } from './make-change.ts'

/** The argument of each directive that restricts access: lists of names, of which one list must be granted as a whole. */
const DIRECTIVES = { authenticated: null, requiresScopes: 'scopes', policy: 'policies' } as const
type Name = keyof typeof DIRECTIVES

/** What one subgraph requires of clients for a type or field. If several do, clients need all of it. */
type Requirement = {
  subgraph: string
  node: ConstDirectiveNode
  /** The names of one of these lists suffice. */
  anyOf: readonly (readonly string[])[]
}

/** Access that needs more than before, so that clients get errors, and access that needs less. */
export function accessChanges({ base, head, api, headApi }: Federation): Change[] {
  const names = Object.keys(DIRECTIVES) as Name[]
  return names.flatMap((name) => {
    const [before, after] = [requirementsOf(base, name), requirementsOf(head, name)]
    const coordinates = [...new Set([...before.keys(), ...after.keys()])]
    return coordinates
      .filter((coordinate) => has(api, coordinate) && has(headApi, coordinate))
      .flatMap((coordinate): Change[] => {
        const [old, now] = [before.get(coordinate) ?? [], after.get(coordinate) ?? []]
        const added = unmet(now, old)
        const removed = unmet(old, now)
        if (added) {
          const what = `Access to \`${coordinate}\` now requires \`${print(added.node)}\``
          const selections = selectionsIn(api, coordinate)
          const facts = { what, coordinate, subgraph: added.subgraph, at: added.node, selections }
          return [makeChange('ACCESS_RESTRICTED', 'breaking', facts)]
        }
        if (!removed) return []
        const what = `Access to \`${coordinate}\` no longer requires \`${print(removed.node)}\``
        const at = now[0]?.node ?? removed.node
        return [
          makeChange('ACCESS_WIDENED', 'dangerous', { what, coordinate, subgraph: removed.subgraph, at }),
        ]
      })
  })
}

/** A requirement that clients may not meet although they meet all of the others. */
function unmet(
  requirements: readonly Requirement[],
  others: readonly Requirement[],
): Requirement | undefined {
  return requirements.find(
    ({ anyOf }) =>
      !others.some((other) =>
        other.anyOf.every((granted) => anyOf.some((needed) => needed.every((one) => granted.includes(one)))),
      ),
  )
}

function requirementsOf(subgraphs: readonly SubgraphIndex[], name: Name): Map<string, Requirement[]> {
  const found = new Map<string, Requirement[]>()
  for (const subgraph of subgraphs) {
    const add = (coordinate: string, node: Parameters<SubgraphIndex['directivesOf']>[0]) => {
      for (const directive of subgraph.directivesOf(node, name)) {
        const requirement = { subgraph: subgraph.name, node: directive, anyOf: listsOf(directive, name) }
        found.set(coordinate, [...(found.get(coordinate) ?? []), requirement])
      }
    }
    for (const [type, { nodes, members }] of subgraph.types) {
      for (const node of nodes) add(type, node)
      for (const [member, node] of members) add(`${type}.${member}`, node)
    }
  }
  return found
}

function listsOf(directive: ConstDirectiveNode, name: Name): string[][] {
  const of = DIRECTIVES[name]
  if (of === null) return [[name]]
  return itemsOf(argument(directive, of)).map((list) =>
    itemsOf(list).flatMap((item) => (item.kind === Kind.STRING ? [item.value] : [])),
  )
}

/** GraphQL takes a single value for a list of one. */
function itemsOf(value: ReturnType<typeof argument>) {
  if (value === undefined) return []
  return value.kind === Kind.LIST ? value.values : [value]
}

const has = (api: Federation['api'], coordinate: string): boolean =>
  Boolean(coordinate.includes('.') ? fieldAt(api, coordinate) : api.getType(coordinate))

/** The fields whose selections need the access, and the type: operations select in it, too. */
function selectionsIn(api: Federation['api'], coordinate: string): string[] {
  const { type, member } = parseCoordinate(coordinate)
  return member === undefined
    ? [type, ...fieldsReturning(api, type)]
    : [coordinate, ...selectionsOf(api, type, member)]
}
