import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isAbstractType,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'

/**
 * The coordinates whose definitions differ in what validation reads: fields, directives, and types without their fields. Input
 * types and enums are taken as a whole. An operation that depends on none of them stays valid, or invalid, for the same reasons.
 */
export function changedCoordinates(base: GraphQLSchema, head: GraphQLSchema): ReadonlySet<string> {
  const [before, after] = [definitionsOf(base), definitionsOf(head)]
  const all = new Set([...before.keys(), ...after.keys()])
  return new Set([...all].filter((coordinate) => before.get(coordinate) !== after.get(coordinate)))
}

function definitionsOf(schema: GraphQLSchema): Map<string, string> {
  const found = new Map<string, string>()
  for (const type of Object.values(schema.getTypeMap())) {
    found.set(type.name, headOf(type, schema))
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const { name, type: returned, args } of Object.values(type.getFields()))
      found.set(`${type.name}.${name}`, `${String(returned)} ${inputsOf(args)}`)
  }
  for (const { name, locations, args, isRepeatable } of schema.getDirectives())
    found.set(`@${name}`, `${inputsOf(args)} ${isRepeatable} ${locations.toSorted().join(' ')}`)
  return found
}

function headOf(type: GraphQLNamedType, schema: GraphQLSchema): string {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
  const kind = `${type.constructor.name} ${roots.indexOf(type as (typeof roots)[number])}`
  if (isInputObjectType(type)) return `${kind} ${type.isOneOf} ${inputsOf(Object.values(type.getFields()))}`
  if (isEnumType(type)) return `${kind} ${namesOf(type.getValues())}`
  return isAbstractType(type) ? `${kind} ${namesOf(schema.getPossibleTypes(type))}` : kind
}

const inputsOf = (inputs: readonly (GraphQLArgument | GraphQLInputField)[]): string =>
  inputs
    .map(
      ({ name, type, defaultValue }) => `${name}: ${String(type)}${defaultValue === undefined ? '' : ' ='}`,
    )
    .toSorted()
    .join(', ')

const namesOf = (members: readonly { name: string }[]): string =>
  members
    .map(({ name }) => name)
    .toSorted()
    .join(' ')
