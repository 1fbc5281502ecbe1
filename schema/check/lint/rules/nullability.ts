import { Kind, print, type FieldDefinitionNode } from 'graphql'
import { hasDirective, itemTypeOf, namedTypeOf, type SubgraphModel, type TypeModel } from '../model.ts'
import { ownFields } from '../owners.ts'
import { everyType, type Rule, type Violation } from '../rule.ts'

/** A subgraph that is down must cost its own fields only, not the entities of others. */
export const contributedField: Rule = {
  about: "A field that a subgraph contributes to another subgraph's entity is nullable.",
  *check(schema) {
    for (const { subgraph, type } of everyType(schema)) {
      const owner = schema.owners.get(type.name)
      if (owner === undefined || owner === subgraph.name) continue
      for (const field of ownFields(type)) {
        if (field.type.kind !== Kind.NON_NULL_TYPE || hasDirective(field, 'shareable')) continue
        const coordinate = `${type.name}.${field.name.value}`
        const message = `${coordinate} is non-null, but ${type.name} is an entity of ${owner}. If ${subgraph.name} is down, the whole ${type.name} is null.`
        yield violation(subgraph, field, coordinate, message, `Use the type ${print(field.type.type)}.`)
      }
    }
  },
}

/** One entity that cannot be loaded must cost its own place only, not the list or the object that refers to it. */
export const foreignEntity: Rule = {
  about: "References to another subgraph's entities, and the items of lists of them, are nullable.",
  *check(schema) {
    for (const { subgraph, type } of everyType(schema)) {
      for (const field of type.fields.values()) {
        const entity = namedTypeOf(field.type)
        const owner = schema.owners.get(entity)
        if (owner === undefined || owner === subgraph.name || hasDirective(field, 'external')) continue
        yield* checkReference(type, field, subgraph, `${entity} is an entity of ${owner}`)
      }
    }
  },
}

function* checkReference(
  type: TypeModel,
  field: FieldDefinitionNode,
  subgraph: SubgraphModel,
  why: string,
): Generator<Violation> {
  const coordinate = `${type.name}.${field.name.value}`
  const item = itemTypeOf(field.type)
  const strict = item ?? field.type
  if (strict.kind !== Kind.NON_NULL_TYPE) return
  const what = item ? `The items of ${coordinate} are` : `${coordinate} is`
  const cost = item ? 'the whole list is null' : `the whole ${type.name} is null`
  const message = `${what} non-null, but ${why}. If one can't be loaded, ${cost}.`
  const wanted = item ? print(field.type).replace(/(\w)!/, '$1') : print(strict.type)
  yield violation(subgraph, field, coordinate, message, `Use the type ${wanted}.`)
}

function violation(
  { name }: SubgraphModel,
  node: FieldDefinitionNode,
  coordinate: string,
  message: string,
  remedy: string,
): Violation {
  return { node, coordinate, subgraph: name, message, remedy }
}
