import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ASTVisitor,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql'

/** What an operation uses of a schema. */
export type OperationUses = {
  /**
   * Coordinates in its text: fields, arguments, input fields, enum values and directives, and the types that it selects
   * from, has a fragment on or has a literal of.
   */
  inText: ReadonlySet<string>
  /** For each type that its variables may contain, the first such variable. */
  inVariables: ReadonlyMap<string, string>
  /** Types of the fields that it selects, and of what it passes. With the others, all that its validity depends on. */
  types: ReadonlySet<string>
}

export function usesOf(document: DocumentNode, schema: GraphQLSchema): OperationUses {
  const inText = new Set<string>()
  const inVariables = new Map<string, string>()
  const others = new Set<string>()
  const types = new TypeInfo(schema)
  const inputType = () => types.getInputType() && getNamedType(types.getInputType())
  const addInput = () => {
    const type = inputType()
    if (type) others.add(type.name)
  }
  const visitor: ASTVisitor = {
    Field(node) {
      const parent = types.getParentType()
      const field = types.getFieldDef()
      if (!parent || !field) return
      inText.add(parent.name).add(`${parent.name}.${node.name.value}`)
      others.add(getNamedType(field.type).name)
    },
    InlineFragment: ({ typeCondition }) => void (typeCondition && inText.add(typeCondition.name.value)),
    FragmentDefinition: ({ typeCondition }) => void inText.add(typeCondition.name.value),
    Directive: ({ name }) => void inText.add(`@${name.value}`),
    Argument(node) {
      addInput()
      const directive = types.getDirective()
      const parent = types.getParentType()
      const field = types.getFieldDef()
      if (directive) inText.add(`@${directive.name}(${node.name.value}:)`)
      else if (parent && field) inText.add(`${parent.name}.${field.name}(${node.name.value}:)`)
    },
    ObjectValue() {
      const type = inputType()
      if (type) inText.add(type.name)
    },
    ObjectField(node) {
      const type = types.getParentInputType() && getNamedType(types.getParentInputType())
      if (type) inText.add(`${type.name}.${node.name.value}`)
      addInput()
    },
    EnumValue(node) {
      const type = inputType()
      if (type) inText.add(type.name).add(`${type.name}.${node.value}`)
    },
    VariableDefinition(node) {
      addInput()
      const type = inputType()
      if (type) addContained(type, `$${node.variable.name.value}`, inVariables)
    },
  }
  visit(document, visitWithTypeInfo(types, visitor))
  return { inText, inVariables, types: others }
}

/** The type and the types of its input fields, to any depth. */
function addContained(type: GraphQLNamedType, variable: string, found: Map<string, string>): void {
  if (found.has(type.name)) return
  if (isEnumType(type) || isInputObjectType(type)) found.set(type.name, variable)
  if (!isInputObjectType(type)) return
  for (const field of Object.values(type.getFields())) addContained(getNamedType(field.type), variable, found)
}
