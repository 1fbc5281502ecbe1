import { isInterfaceType, Kind } from 'graphql'
import type { Change } from '../change.ts'
import { typeDirectives } from './entities.ts'
import { inBoth, type Federation } from './federation.ts'
import { entitySelections } from './keys.ts'
import { makeChange } from './make-change.ts'

/** `@interfaceObject`: a subgraph that gives fields to all types of an interface, without their definitions. */
export function interfaceObjectChanges(federation: Federation): Change[] {
  const { api } = federation
  return inBoth(federation).flatMap(({ before, after }) =>
    [...before.types].flatMap(([type, { nodes, members }]) => {
      const [was] = typeDirectives(before, type, 'interfaceObject')
      const [is] = typeDirectives(after, type, 'interfaceObject')
      const facts = { coordinate: type, subgraph: before.name }
      if (was && !is) {
        const found = api.getType(type)
        const implementing = isInterfaceType(found) ? api.getPossibleTypes(found) : []
        const selections = [
          ...entitySelections(api, before, type),
          ...implementing.flatMap(({ name }) => [...members.keys()].map((field) => `${name}.${field}`)),
        ]
        const what = `\`${type}\` is no longer an \`@interfaceObject\` in \`${before.name}\``
        const at = after.types.get(type)?.nodes[0] ?? nodes[0]
        return makeChange('INTERFACE_OBJECT_REMOVED', 'breaking', { ...facts, what, at, selections })
      }
      if (!is || was || !nodes.some(({ kind }) => kind === Kind.INTERFACE_TYPE_DEFINITION)) return []
      const what = `\`${type}\` became an \`@interfaceObject\` in \`${before.name}\``
      return makeChange('INTERFACE_OBJECT_ADDED', 'dangerous', { ...facts, what, at: is })
    }),
  )
}
