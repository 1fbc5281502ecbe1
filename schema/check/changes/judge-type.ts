import type { Change as InspectorChange } from '@graphql-inspector/core'
import { getNamedType, isCompositeType, isInterfaceType, isObjectType, type GraphQLSchema } from 'graphql'
import type { Opinion, Schemas } from './api-judgement.ts'

/** Changes of types: their existence, their kind, members of unions, values of enums. Null for other changes. */
export function judgeType(change: InspectorChange, { base, head }: Schemas): Opinion {
  const [type = '', member = ''] = (change.path ?? '').split('.')
  const coordinate = type
  switch (change.type) {
    case 'TYPE_REMOVED':
      return { effect: { coordinates: [type], breaks: 'invalid' } }
    case 'TYPE_KIND_CHANGED': {
      const shape = [base, head].every((schema) => isCompositeType(schema.getType(type)))
      const coordinates = [type, ...fieldsReturning(base, type)]
      return { effect: { coordinates, breaks: shape ? 'invalid' : 'all' } }
    }
    case 'UNION_MEMBER_REMOVED':
    case 'OBJECT_TYPE_INTERFACE_REMOVED': {
      const other = Object.values<unknown>(change.meta).find(
        (name): name is string => typeof name === 'string' && name !== type && Boolean(base.getType(name)),
      )
      const types = other === undefined ? [type] : [type, other]
      const coordinates = [...types, ...types.flatMap((name) => fieldsReturning(base, name))]
      return { coordinate, removes: false, effect: { coordinates, breaks: 'invalid' } }
    }
    case 'UNION_MEMBER_ADDED':
    case 'OBJECT_TYPE_INTERFACE_ADDED':
      return { coordinate }
    case 'ENUM_VALUE_REMOVED':
      return {
        effect: { coordinates: [`${type}.${member}`, ...fieldsReturning(base, type)], breaks: 'all' },
      }
    case 'ENUM_VALUE_ADDED':
      return fieldsReturning(head, type).length > 0 ? null : { level: 'safe' }
    case 'SCHEMA_QUERY_TYPE_CHANGED':
    case 'SCHEMA_MUTATION_TYPE_CHANGED':
    case 'SCHEMA_SUBSCRIPTION_TYPE_CHANGED':
      return judgeRoot(change, base)
    default:
      return null
  }
}

function judgeRoot({ type }: InspectorChange, base: GraphQLSchema): Opinion {
  const roots = { QUERY: base.getQueryType(), MUTATION: base.getMutationType() }
  const root = roots[type.split('_')[1] as keyof typeof roots] ?? base.getSubscriptionType()
  if (!root) return null
  return { coordinate: root.name, removes: true, effect: { coordinates: [root.name], breaks: 'invalid' } }
}

/** The coordinates of the fields that return a type, in whatever list. */
export function fieldsReturning(schema: GraphQLSchema, typeName: string): string[] {
  return Object.values(schema.getTypeMap()).flatMap((type) =>
    (isObjectType(type) || isInterfaceType(type)) && !type.name.startsWith('__')
      ? Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name === typeName)
          .map((field) => `${type.name}.${field.name}`)
      : [],
  )
}
