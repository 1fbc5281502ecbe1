import type { Change } from '../change.ts'
import { selectionsOf } from '../coordinates.ts'
import type { Sides } from '../origin.ts'
import type { Federation } from './federation.ts'
import { fieldAt } from '../judge-field.ts'
import { makeChange } from './make-change.ts'

/** A subgraph whose URL is another's in the head was renamed: the running gateway still reaches it. */
export function matchRenamed({ base, head }: Sides): { sides: Sides; changes: Change[] } {
  const changes: Change[] = []
  const has = (side: readonly { name: string }[], name: string) => side.some((one) => one.name === name)
  const renamed = base.map((before) => {
    const after = head.find(({ name, url }) => url !== '' && url === before.url && !has(base, name))
    if (has(head, before.name) || !after) return before
    const what = `The subgraph \`${before.name}\` was renamed to \`${after.name}\``
    changes.push(
      makeChange('SUBGRAPH_RENAMED', 'safe', {
        what,
        coordinate: null,
        subgraph: after.name,
        at: undefined,
      }),
    )
    return { ...before, name: after.name }
  })
  return { sides: { base: renamed, head }, changes }
}

/** Fields that leave the API with the subgraph are changes of the API; this judges those that others take over. */
export function removedSubgraphs({ base, head, api, headApi, resolvers }: Federation): Change[] {
  return base
    .filter(({ name }) => !head.some((after) => after.name === name))
    .map(({ name: subgraph, types }) => {
      const resolved = [...resolvers.base].filter(([, by]) => by.some(({ name }) => name === subgraph))
      const taken = resolved.map(([coordinate]) => coordinate).filter((at) => fieldAt(headApi, at))
      const level = taken.length > 0 ? 'breaking' : resolved.length > 0 ? 'dangerous' : 'safe'
      return makeChange('SUBGRAPH_REMOVED', level, {
        what: `The subgraph \`${subgraph}\` was removed`,
        coordinate: null,
        subgraph,
        at: [...types.values()][0]?.nodes[0],
        selections: taken.flatMap((at) => {
          const [type = '', field = ''] = at.split('.')
          return selectionsOf(api, type, field)
        }),
      })
    })
}
