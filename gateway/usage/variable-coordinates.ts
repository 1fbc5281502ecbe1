import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  typeFromAST,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { isJsonObject, type JsonObject } from '../execution/json.ts'

/** Adds the schema coordinates of the input fields and enum values that occur in a value. */
type Collect = (value: unknown, found: Set<string>) => void

/** Shared by all operations of a schema. */
const collectors = new WeakMap<GraphQLEnumType | GraphQLInputObjectType, Collect>()

/**
 * Finds the schema coordinates in the variables of a request. Null if no variable has an enum or an input object.
 *
 * @returns a function for valid variables, as the client sent them
 */
export function variableCoordinates(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
): ((variables: JsonObject, found: Set<string>) => void) | null {
  const parts = variableDefinitions.flatMap(({ variable, type }) => {
    const collect = collectorOf(typeFromAST(schema, type))
    return collect ? [{ name: variable.name.value, collect }] : []
  })
  if (parts.length === 0) return null
  return (variables, found) => {
    for (const { name, collect } of parts) {
      if (Object.hasOwn(variables, name)) collectEach(collect, variables[name], found)
    }
  }
}

function collectorOf(type: unknown): Collect | null {
  const named = getNamedType(type as GraphQLInputObjectType | undefined)
  if (!isEnumType(named) && !isInputObjectType(named)) return null
  const made = collectors.get(named)
  if (made) return made
  const collect = isEnumType(named) ? ofEnum(named) : ofInputObject(named)
  collectors.set(named, collect)
  return collect
}

function ofEnum(type: GraphQLEnumType): Collect {
  const coordinates = new Map(type.getValues().map(({ name }) => [name, `${type.name}.${name}`]))
  return (value, found) => {
    const coordinate = coordinates.get(value as string)
    if (coordinate !== undefined) found.add(coordinate)
  }
}

/** The fields are looked up at the first value: input objects can contain themselves. */
function ofInputObject(type: GraphQLInputObjectType): Collect {
  let fields: Map<string, { coordinate: string; collect: Collect | null }> | null = null
  const fieldsOf = () =>
    new Map(
      Object.values(type.getFields()).map((field) => [
        field.name,
        { coordinate: `${type.name}.${field.name}`, collect: collectorOf(field.type) },
      ]),
    )
  return (value, found) => {
    if (!isJsonObject(value)) return
    fields ??= fieldsOf()
    for (const name in value) {
      const field = fields.get(name)
      if (!field) continue
      found.add(field.coordinate)
      if (field.collect) collectEach(field.collect, value[name], found)
    }
  }
}

/** A list can have one item without being an array. */
function collectEach(collect: Collect, value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const item of value) collectEach(collect, item, found)
  else collect(value, found)
}
