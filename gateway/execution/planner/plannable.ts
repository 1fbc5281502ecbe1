import { Kind, print, visit, type DocumentNode, type FieldNode, type SelectionNode } from 'graphql'

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/**
 * The operation as the planner should see it. Apollo's planner leaves out an object of which @skip and @include leave
 * no field, so that it would be null instead of empty; where that could happen, `__typename` keeps the object.
 *
 * @param source the text of the document, passed on when nothing has to change
 */
export function plannableText(document: DocumentNode, source: string): string {
  if (!/@\s*(skip|include)\b/.test(source)) return source
  return print(
    visit(document, {
      Field: {
        leave: (field) => {
          const selections = field.selectionSet?.selections
          if (!selections || selections.some(isUnconditionalField)) return undefined
          return {
            ...field,
            selectionSet: { kind: Kind.SELECTION_SET, selections: [TYPENAME, ...selections] },
          }
        },
      },
    }),
  )
}

function isUnconditionalField(selection: SelectionNode): boolean {
  return selection.kind === Kind.FIELD && !selection.directives?.length
}
