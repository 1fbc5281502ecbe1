import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  print,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { JsonObject } from './json.ts'

const NAMES = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name])

/**
 * Names of the variables that decide what @skip and @include leave of a document.
 *
 * Conditions are resolved before planning: an operation is planned and compiled once for each combination of values
 * that these variables have. Apollo's planner knows conditions, but an object of which they leave no field becomes
 * null, and a field left out takes along what it alone required and another field's fetch then lacks.
 */
export function conditionVariables(document: DocumentNode): readonly string[] {
  const variables = new Set<string>()
  visit(document, {
    Directive: ({ name, arguments: args }) => {
      if (!NAMES.has(name.value)) return
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) variables.add(value.name.value)
    },
  })
  return [...variables]
}

/**
 * The operation as these variables leave it: without conditions, and without what they exclude. Selection sets can
 * become empty, which GraphQL's text does not allow: see `plannableText`.
 */
export function withoutConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: JsonObject,
): DocumentNode {
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION)
  const resolve = (node: FieldNode | InlineFragmentNode | FragmentSpreadNode) => {
    if (!node.directives?.some(({ name }) => NAMES.has(name.value))) return undefined
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return null
    if (getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] === false) return null
    return { ...node, directives: node.directives.filter(({ name }) => !NAMES.has(name.value)) }
  }
  return visit<DocumentNode>(
    { kind: Kind.DOCUMENT, definitions: [operation, ...fragments] },
    {
      Field: { enter: resolve },
      InlineFragment: { enter: resolve },
      FragmentSpread: { enter: resolve },
    },
  )
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** The document's text for the planner: `__typename` stands in selection sets that the conditions left empty. */
export function plannableText(document: DocumentNode): string {
  return print(
    visit(document, {
      SelectionSet: {
        leave: (set): SelectionSetNode | undefined =>
          set.selections.length === 0 ? { ...set, selections: [TYPENAME] } : undefined,
      },
    }),
  )
}
