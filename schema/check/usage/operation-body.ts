import { Kind, print, type DocumentNode } from 'graphql'

/** The text of an operation and its fragments, by which equal ones are known. */
export const bodyOf = (document: DocumentNode): string => print(sorted(document))

function sorted({ kind, definitions }: DocumentNode): DocumentNode {
  const operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION)
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
  const byName = fragments.toSorted((a, b) => (a.name.value < b.name.value ? -1 : 1))
  return { kind, definitions: [...operations, ...byName] }
}
