import type { DocumentNode } from 'graphql'
import { isBrokenLabel } from '../override-labels.ts'
import { argumentOf, directivesOf, hasFields } from './supergraph-document.ts'

/**
 * The labels of `@override` in a supergraph, each with the names of the fields that it moves.
 *
 * @throws Error if a label is neither a name nor a percentage
 */
export function overrideLabelsIn(document: DocumentNode): Record<string, string[]> {
  const found = new Map<string, Set<string>>()
  for (const type of document.definitions.filter(hasFields)) {
    for (const field of type.fields ?? []) {
      for (const join of directivesOf(field, 'join__field')) {
        const label = argumentOf(join, 'overrideLabel')
        if (label === undefined) continue
        if (isBrokenLabel(label)) {
          throw new Error(
            `${type.name.value}.${field.name.value} has @override with the label ${JSON.stringify(label)}. ` +
              'A label is a name that begins with a letter, or percent(x) with x from 0 to 100.',
          )
        }
        found.set(label, (found.get(label) ?? new Set()).add(field.name.value))
      }
    }
  }
  return Object.fromEntries([...found].map(([label, fields]) => [label, [...fields]]))
}
