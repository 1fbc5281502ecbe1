import type { Change } from '../change.ts'
import { nodeAt, selectionsOf } from '../coordinates.ts'
import type { SubgraphIndex } from '../subgraph-index.ts'
import { resolvedField } from './entities.ts'
import type { Federation } from './federation.ts'
import { makeChange } from './make-change.ts'

/**
 * Fields that a subgraph no longer resolves and another one does. After `@override` the old subgraph still resolves
 * the field until the gateway has the new supergraph; without it, or if the old field goes in the same change, it does
 * not.
 */
export function movedFields({ api, head, resolvers }: Federation): Change[] {
  return [...resolvers.base].flatMap(([coordinate, before]) => {
    const after = resolvers.head.get(coordinate) ?? []
    if (after.length === 0) return []
    const [type = '', field = ''] = coordinate.split('.')
    const stays = ({ name }: SubgraphIndex) => {
      const now = head.find((one) => one.name === name)
      return now === undefined || resolvedField(now, type, field) !== undefined
    }
    const lost = before.filter((one) => !stays(one))
    const [from] = lost
    const to = after.find(({ name }) => !before.some((one) => one.name === name)) ?? after[0]
    if (!from || !to) return []
    const at = nodeAt(to, coordinate)
    if (lost.length < before.length) return [copyRemoved(coordinate, from, to)]
    return makeChange('FIELD_MOVED', 'breaking', {
      what: `\`${coordinate}\` moved from \`${from.name}\` to \`${to.name}\`${how(to, type, field, from.name)}`,
      coordinate,
      subgraph: to.name,
      at,
      selections: selectionsOf(api, type, field),
    })
  })
}

function copyRemoved(coordinate: string, from: SubgraphIndex, to: SubgraphIndex): Change {
  return makeChange('SHAREABLE_FIELD_REMOVED', 'dangerous', {
    what: `\`${coordinate}\` was removed from \`${from.name}\`, and \`${to.name}\` still resolves it`,
    coordinate,
    subgraph: from.name,
    at: nodeAt(to, coordinate),
  })
}

function how(to: SubgraphIndex, type: string, field: string, from: string): string {
  const node = resolvedField(to, type, field)
  return node && to.directivesOf(node, 'override').length > 0
    ? `, which overrides it, but \`${from}\` no longer resolves it`
    : ' without `@override`'
}
