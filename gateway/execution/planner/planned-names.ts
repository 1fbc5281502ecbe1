import { visit, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import { argumentOf, parseFieldSet } from './supergraph-document.ts'

/**
 * Names under which a plan fetches fields on its own account: those of keys and of @requires, and `__typename`. A
 * client's alias of such a name is not the planner's field: `{ user { id: name } }`.
 *
 * @param document the supergraph that is planned over
 */
export function plannedNames(document: DocumentNode): string[] {
  const names = new Set(['__typename'])
  visit(document, {
    Directive: (directive) => {
      if (!directive.name.value.startsWith('join__')) return
      for (const argument of ['key', 'requires']) {
        const fieldSet = argumentOf(directive as ConstDirectiveNode, argument)
        if (fieldSet) visit(parseFieldSet(fieldSet), { Field: ({ name }) => void names.add(name.value) })
      }
    },
  })
  return [...names]
}
