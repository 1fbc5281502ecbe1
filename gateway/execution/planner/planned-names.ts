import { visit, type ConstDirectiveNode, type DocumentNode } from 'graphql'
import { argumentOf, parseFieldSet } from './supergraph-document.ts'

/**
 * Names of fields that plans fetch for their own use: fields of keys and of @requires, and `__typename`. If a client uses
 * such a name as an alias, it means another field: `{ user { id: name } }`.
 *
 * @param document the supergraph that the planner gets
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
