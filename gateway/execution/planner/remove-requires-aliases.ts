import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql'
import type { RequiresAliases } from './requires-aliases.ts'

/**
 * Replaces the requires aliases in a fetch by the fields that its subgraph has. In the operation, a requires alias becomes the
 * field with its arguments, with the same name as GraphQL alias. In a representation, the value has the field's name (`alias`
 * is the key in the data, `name` the key in the representation).
 */
export function removeRequiresAliases(fetch: FetchNode, aliases: RequiresAliases): FetchNode {
  const { requires, operation } = fetch
  return {
    ...fetch,
    operation: hasAliases(operation, aliases) ? operationOf(operation, aliases) : operation,
    ...(requires && { requires: requires.map((node) => requirement(node, aliases)) }),
  }
}

function hasAliases(operation: string, aliases: RequiresAliases): boolean {
  return aliases.keys().some((name) => operation.includes(name))
}

function operationOf(operation: string, aliases: RequiresAliases): string {
  const document = visit(parse(operation, { noLocation: true }), {
    Field: (node) => {
      const alias = aliases.get(node.name.value)
      if (!alias) return undefined
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: alias.field },
        arguments: alias.arguments ?? [],
      }
    },
  })
  return stripIgnoredCharacters(print(document))
}

function requirement(node: QueryPlanSelectionNode, aliases: RequiresAliases): QueryPlanSelectionNode {
  const selections = node.selections?.map((inner) => requirement(inner, aliases))
  if (node.kind === 'InlineFragment') return { ...node, selections: selections ?? [] }
  const alias = aliases.get(node.name)
  return {
    ...node,
    ...(alias && { alias: node.name, name: alias.field }),
    ...(selections && { selections }),
  }
}
