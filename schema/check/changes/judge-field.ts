import { CriticalityLevel, type Change as InspectorChange } from '@graphql-inspector/core'
import { isInterfaceType, isObjectType, isTypeSubTypeOf, parseType, typeFromAST } from 'graphql'
import type { GraphQLField, GraphQLOutputType, GraphQLSchema } from 'graphql'
import type { Opinion, Schemas } from './api-judgement.ts'

/** Changes of the types of fields. Null for other changes. */
export function judgeField({ type, path = '', criticality }: InspectorChange, schemas: Schemas): Opinion {
  if (type !== 'FIELD_TYPE_CHANGED') return null
  const before = fieldAt(schemas.base, path)?.type
  const after = fieldAt(schemas.head, path)?.type
  if (!before || !after) return null
  const wanted = String(after)
  if (criticality.level !== CriticalityLevel.Breaking) return { wanted }
  if (withoutNullability(before) === withoutNullability(after))
    return { wanted, code: 'NULLABILITY_WEAKENED' }
  return refines(after, before, schemas.head)
    ? { wanted, code: 'FIELD_TYPE_REFINED', effect: { coordinates: [path], breaks: 'invalid' } }
    : { wanted }
}

const withoutNullability = (type: GraphQLOutputType): string => String(type).replaceAll('!', '')

/** From `Node` to `User`, which implements it: selections of the interface's fields stay valid, some fragments do not. */
function refines(after: GraphQLOutputType, before: GraphQLOutputType, head: GraphQLSchema): boolean {
  const beforeInHead = typeFromAST(head, parseType(String(before)))
  return beforeInHead !== undefined && isTypeSubTypeOf(head, after, beforeInHead)
}

export function fieldAt(schema: GraphQLSchema, path: string): GraphQLField<unknown, unknown> | undefined {
  const [typeName = '', fieldName = ''] = path.split('.')
  const type = schema.getType(typeName)
  return isObjectType(type) || isInterfaceType(type) ? type.getFields()[fieldName] : undefined
}
