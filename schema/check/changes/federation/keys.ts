import { isObjectType, print, type GraphQLSchema } from 'graphql'
import type { Change, Level } from '../change.ts'
import { selectionsOf } from '../coordinates.ts'
import type { SubgraphIndex } from '../subgraph-index.ts'
import { keysOf, resolvedField, typeDirectives, type EntityKey } from './entities.ts'
import { inBoth, type Federation } from './federation.ts'
import { makeChange } from './make-change.ts'

/** Keys by which the running gateway loads entities from a subgraph, and which the subgraph no longer has. */
export function keyChanges(federation: Federation): Change[] {
  return inBoth(federation).flatMap(({ before, after }) =>
    [...before.types.keys()]
      .filter((type) => after.types.has(type))
      .flatMap((type) =>
        keysOf(before, type)
          .filter(({ resolvable }) => resolvable)
          .flatMap((key) => keyChange(federation, { before, after, type, key }) ?? []),
      ),
  )
}

type Changed = { before: SubgraphIndex; after: SubgraphIndex; type: string; key: EntityKey }

function keyChange({ base, api }: Federation, { before, after, type, key }: Changed): Change | null {
  const now = keysOf(after, type)
  const verdict = judgeKey(key, now)
  if (!verdict) return null
  const names = [type, ...interfaceObjectsOf(api, base, type)]
  const others = base.some((one) => one.name !== before.name && names.some((name) => one.types.has(name)))
  /** No other subgraph has the type, so the gateway never comes from one with a key. */
  const level = others ? verdict.level : 'safe'
  const closest = verdict.by ?? now[0]
  const instead = closest && closest.paths !== key.paths ? `; it has \`${print(closest.node)}\`` : ''
  return makeChange(verdict.code, level, {
    what: `\`${type}\` in \`${before.name}\` no longer has the resolvable key \`${print(key.node)}\`${instead}`,
    coordinate: type,
    subgraph: before.name,
    at: verdict.by?.node ?? now[0]?.node ?? after.types.get(type)?.nodes[0],
    selections: entitySelections(api, before, type),
  })
}

function judgeKey(
  { paths }: EntityKey,
  now: readonly EntityKey[],
): { code: string; level: Level; by?: EntityKey } | null {
  const equal = now.find((key) => key.paths.size === paths.size && key.paths.isSubsetOf(paths))
  if (equal?.resolvable) return null
  const resolvable = now.filter((key) => key.resolvable)
  if (equal && resolvable.length > 0) return { code: 'KEY_NOT_RESOLVABLE', level: 'dangerous', by: equal }
  if (equal) return { code: 'ENTITY_NOT_RESOLVABLE', level: 'breaking', by: equal }
  const narrower = resolvable.find((key) => key.paths.size > 0 && key.paths.isSubsetOf(paths))
  if (narrower) return { code: 'KEY_NARROWED', level: 'dangerous', by: narrower }
  const wider = resolvable.find((key) => key.paths.isSupersetOf(paths))
  if (wider) return { code: 'KEY_WIDENED', level: 'breaking', by: wider }
  return { code: 'KEY_REMOVED', level: 'breaking' }
}

/** The fields of an entity that only this subgraph gives, so that the gateway loads the entity here. */
export function entitySelections(api: GraphQLSchema, subgraph: SubgraphIndex, type: string): string[] {
  return [...(subgraph.types.get(type)?.members.keys() ?? [])]
    .filter((field) => resolvedField(subgraph, type, field))
    .flatMap((field) => selectionsOf(api, type, field))
}

/** The interfaces of a type that a subgraph has as objects: it stands there for its implementing types. */
function interfaceObjectsOf(api: GraphQLSchema, subgraphs: readonly SubgraphIndex[], type: string): string[] {
  const found = api.getType(type)
  const names = isObjectType(found) ? found.getInterfaces().map(({ name }) => name) : []
  return names.filter((name) =>
    subgraphs.some((one) => typeDirectives(one, name, 'interfaceObject').length > 0),
  )
}
