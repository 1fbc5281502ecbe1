import {
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  isUnionType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'
import type { Random } from '../../../engine/random.ts'

/** A random operation: fields, fragments on types and interfaces, and literals of all arguments that it passes. */
export function operationOf(schema: GraphQLSchema, random: Random): string {
  const directives = random.chance(15) ? ' @live @live(rate: 2)' : ''
  if (random.chance(15)) {
    const mutation = schema.getMutationType()
    if (mutation) return `mutation M${directives} ${selection(schema, mutation, 4, random)}`
  }
  return `query Q${directives} ${selection(schema, schema.getQueryType() ?? fail(), 4, random)}`
}

function selection(schema: GraphQLSchema, type: GraphQLNamedType, depth: number, random: Random): string {
  const parts: string[] = []
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
  for (const field of fields) {
    if (!random.chance(45)) continue
    const inner = getNamedType(field.type)
    const isComposite = isObjectType(inner) || isInterfaceType(inner) || isUnionType(inner)
    if (isComposite && depth === 0) continue
    const args = field.args
      .filter((argument) => isNonNullType(argument.type) || random.chance(40))
      .map((argument) => `${argument.name}: ${literal(argument.type, 2, random)}`)
    const passed = args.length > 0 ? `(${args.join(', ')})` : ''
    parts.push(
      `${field.name}${passed}${isComposite ? ` ${selection(schema, inner, depth - 1, random)}` : ''}`,
    )
  }
  const narrower = isAbstractType(type) ? schema.getPossibleTypes(type) : []
  const wider = isObjectType(type) ? type.getInterfaces() : []
  for (const other of [...narrower, ...wider]) {
    if (depth > 0 && random.chance(40))
      parts.push(`... on ${other.name} ${selection(schema, other, depth - 1, random)}`)
  }
  return `{ ${parts.length > 0 ? parts.join(' ') : '__typename'} }`
}

function literal(type: GraphQLInputType, depth: number, random: Random): string {
  if (isNonNullType(type)) return literal(type.ofType, depth, random)
  if (isListType(type))
    return random.chance(50)
      ? `[${literal(type.ofType, depth, random)}]`
      : literal(type.ofType, depth, random)
  if (isEnumType(type)) return random.pick(type.getValues()).name
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields()).filter(
      (field) => isRequiredInputField(field) || (depth > 0 && random.chance(40)),
    )
    return `{ ${fields.map((field) => `${field.name}: ${literal(field.type, depth - 1, random)}`).join(', ')} }`
  }
  const literals: Record<string, string> = { Int: '1', Boolean: 'true' }
  return literals[type.name] ?? '"1"'
}

function fail(): never {
  throw new Error('The schema has no query type.')
}
