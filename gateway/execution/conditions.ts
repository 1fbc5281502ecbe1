import {
  getDirectiveValues,
  GraphQLError,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  Kind,
  print,
  visit,
  type DocumentNode,
  type ExecutableDefinitionNode,
  type FieldNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql'
import type { ErrorCode } from '../../contracts/errors.ts'
import type { JsonObject } from './json.ts'
import { fragmentsOf } from './without-introspection.ts'

const NAMES = new Set([GraphQLSkipDirective.name, GraphQLIncludeDirective.name])

/**
 * Names of the variables in @skip and @include.
 *
 * Conditions are resolved before planning: an operation is planned and compiled once for each combination of values of
 * these variables. Apollo's planner can plan conditions, but has two faults: an object without any remaining field
 * becomes null, and fields that a skipped field requires are missing from other fetches that require them too.
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
 * The operation without conditions and without the fields that they exclude, with the fragments that it still spreads.
 * Selection sets can become empty, which GraphQL text does not allow: see `plannableText`.
 *
 * @returns an error if a condition is null. A variable with a default can be sent as null.
 */
export function withoutConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: JsonObject,
): DocumentNode | GraphQLError {
  const fragments = fragmentsOf(document)
  const definitions: ExecutableDefinitionNode[] = []
  const spread = new Set<string>()
  const add = (definition: ExecutableDefinitionNode): void => {
    const resolved = resolve(definition, variables)
    definitions.push(resolved)
    visit(resolved, {
      FragmentSpread: ({ name }) => {
        const fragment = fragments.get(name.value)
        if (!fragment || spread.has(name.value)) return
        spread.add(name.value)
        add(fragment)
      },
    })
  }
  try {
    add(operation)
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    return new GraphQLError(error.message, {
      nodes: error.nodes ?? null,
      extensions: { code: 'BAD_USER_INPUT' satisfies ErrorCode },
    })
  }
  return { kind: Kind.DOCUMENT, definitions }
}

/** @throws GraphQLError of graphql-js */
function resolve<Definition extends ExecutableDefinitionNode>(
  definition: Definition,
  variables: JsonObject,
): Definition {
  const decide = (node: FieldNode | InlineFragmentNode | FragmentSpreadNode) => {
    if (!node.directives?.some(({ name }) => NAMES.has(name.value))) return undefined
    if (getDirectiveValues(GraphQLSkipDirective, node, variables)?.['if'] === true) return null
    if (getDirectiveValues(GraphQLIncludeDirective, node, variables)?.['if'] === false) return null
    return { ...node, directives: node.directives.filter(({ name }) => !NAMES.has(name.value)) }
  }
  return visit(definition, {
    Field: { enter: decide },
    InlineFragment: { enter: decide },
    FragmentSpread: { enter: decide },
  })
}

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }

/** The document's text for the planner. An empty selection set gets `__typename`. */
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
