import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner'
import { Kind, parse, print, stripIgnoredCharacters, visit } from 'graphql'
import type { Twins } from './twins.ts'

/**
 * Says a fetch over twins in the terms of its subgraph: a twin that is fetched is the field with its arguments, under
 * the twin's name as the alias; a twin that is required is sent under the field's name (`alias` is the key in the data,
 * `name` the one in the representation).
 */
export function withoutTwins(fetch: FetchNode, twins: Twins): FetchNode {
  const { requires, operation } = fetch
  return {
    ...fetch,
    operation: hasTwins(operation, twins) ? operationOf(operation, twins) : operation,
    ...(requires && { requires: requires.map((node) => requirement(node, twins)) }),
  }
}

function hasTwins(operation: string, twins: Twins): boolean {
  return twins.keys().some((name) => operation.includes(name))
}

function operationOf(operation: string, twins: Twins): string {
  const document = visit(parse(operation, { noLocation: true }), {
    Field: (node) => {
      const twin = twins.get(node.name.value)
      if (!twin) return undefined
      return {
        ...node,
        alias: node.alias ?? node.name,
        name: { kind: Kind.NAME, value: twin.field },
        arguments: twin.arguments ?? [],
      }
    },
  })
  return stripIgnoredCharacters(print(document))
}

function requirement(node: QueryPlanSelectionNode, twins: Twins): QueryPlanSelectionNode {
  const selections = node.selections?.map((inner) => requirement(inner, twins))
  if (node.kind === 'InlineFragment') return { ...node, selections: selections ?? [] }
  const twin = twins.get(node.name)
  return {
    ...node,
    ...(twin && { alias: node.name, name: twin.field }),
    ...(selections && { selections }),
  }
}
