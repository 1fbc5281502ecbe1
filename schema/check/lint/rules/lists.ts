import { type FieldDefinitionNode } from 'graphql'
import { hasDirective, itemTypeOf, namedTypeOf, type SubgraphModel } from '../model.ts'
import { everyType, findType, type Rule, type Schema } from '../rule.ts'
import { isConnection } from './connection.ts'
import { isPage } from './naming.ts'

/** "1 to 100", "at most 100", "maximum 100". */
const BOUND = /\b\d[\d,]*\s*(?:to|–|-|…)\s*\d|\b(?:at most|up to|max(?:imum)?)\b\D{0,20}\d/i

export const pageSize: Rule = {
  about: 'The description of a page size (`first`, `last`, `limit`) states its bounds, such as "1 to 100".',
  *check(schema) {
    for (const { subgraph, type } of everyType(schema)) {
      for (const field of type.fields.values()) {
        if (!isList(field, subgraph, schema)) continue
        for (const argument of field.arguments ?? []) {
          const name = argument.name.value
          if (!['first', 'last', 'limit'].includes(name) || BOUND.test(argument.description?.value ?? ''))
            continue
          const coordinate = `${type.name}.${field.name.value}(${name}:)`
          const message = `The description of ${coordinate} does not state its bounds: ${JSON.stringify(argument.description?.value ?? '')}.`
          const remedy = 'Limit the page size in the resolver, and state it: "Page size, 1 to 100."'
          yield { node: argument, coordinate, subgraph: subgraph.name, message, remedy }
        }
      }
    }
  },
}

/** Demanded only of subgraphs that import `@listSize`: others cannot write it. */
export const listSize: Rule = {
  about:
    'In subgraphs that import `@listSize`, lists of objects and connections have it, so that their cost is known.',
  *check(schema) {
    for (const { subgraph, type } of everyType(schema)) {
      const directive = subgraph.imported.get('listSize')
      if (directive === undefined || isPage(type)) continue
      for (const field of type.fields.values()) {
        if (!isList(field, subgraph, schema) || hasDirective(field, directive)) continue
        const coordinate = `${type.name}.${field.name.value}`
        const message = `${coordinate} is a list without @${directive}: its cost is unknown.`
        const remedy = `Add @${directive}(assumedSize: N), or name the page arguments: @${directive}(slicingArguments: ["first", "last"]).`
        yield { node: field, coordinate, subgraph: subgraph.name, message, remedy }
      }
    }
  },
}

/** Whether a field returns a connection, or a list of what has fields of its own. */
function isList(field: FieldDefinitionNode, subgraph: SubgraphModel, schema: Schema): boolean {
  const target = findType(schema, namedTypeOf(field.type), subgraph)
  if (!target) return false
  if (isConnection(target)) return true
  return itemTypeOf(field.type) !== null && ['object', 'interface', 'union'].includes(target.kind)
}
