import { Kind, parse, type ConstDirectiveNode, type SelectionSetNode } from 'graphql'
import { argument, text } from '../federation-names.ts'

/** The paths of a field set: `id org { id }` is `id`, `org`, `org.id`. A directive without one has none. */
export function fieldSetOf(directive: ConstDirectiveNode): ReadonlySet<string> {
  const fields = text(argument(directive, 'fields'))
    .trim()
    .replace(/^\{([^]*)\}$/, '$1')
  if (fields === '') return new Set()
  try {
    const [operation] = parse(`{ ${fields} }`, { noLocation: true }).definitions
    return new Set(operation?.kind === Kind.OPERATION_DEFINITION ? pathsOf(operation.selectionSet, '') : [])
  } catch {
    /** The stage compose reports a field set that does not parse. */
    return new Set()
  }
}

function pathsOf({ selections }: SelectionSetNode, prefix: string): string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return []
    if (selection.kind === Kind.INLINE_FRAGMENT) return pathsOf(selection.selectionSet, prefix)
    const path = prefix + selection.name.value
    return [path, ...(selection.selectionSet ? pathsOf(selection.selectionSet, `${path}.`) : [])]
  })
}
