import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { fragmentsOf } from '../execution/without-introspection.ts'

/**
 * The schema coordinates that an operation names: fields of the types on which they are selected, arguments, and input fields
 * and enum values in its literals. Those of introspection are left out.
 *
 * @param document valid for the schema
 * @param operation one of its operations
 */
export function operationCoordinates(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): string[] {
  const fragments = fragmentsOf(document)
  const found = new Set<string>()
  const visited = new Set<string>()
  const waiting: string[] = []
  const types = new TypeInfo(schema)
  const visitor: ASTVisitor = visitWithTypeInfo(types, {
    Field({ name }) {
      const parent = types.getParentType()?.name
      if (parent !== undefined && isOfSchema(parent, name.value)) found.add(`${parent}.${name.value}`)
    },
    Argument({ name }) {
      const [parent, field] = [types.getParentType()?.name, types.getFieldDef()?.name]
      if (types.getDirective() || parent === undefined || field === undefined) return
      if (isOfSchema(parent, field)) found.add(`${parent}.${field}(${name.value}:)`)
    },
    ObjectField({ name }) {
      const parent = getNamedType(types.getParentInputType())
      if (isInputObjectType(parent)) found.add(`${parent.name}.${name.value}`)
    },
    [Kind.ENUM]({ value }) {
      const type = getNamedType(types.getInputType())
      if (isEnumType(type)) found.add(`${type.name}.${value}`)
    },
    FragmentSpread({ name }) {
      if (!visited.has(name.value)) waiting.push(name.value)
      visited.add(name.value)
    },
  })
  visit(operation, visitor)
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const fragment = fragments.get(name)
    if (fragment) visit(fragment, visitor)
  }
  return [...found].toSorted()
}

/** The names of introspection begin with two underscores. */
const isOfSchema = (parent: string, field: string) => !parent.startsWith('__') && !field.startsWith('__')
