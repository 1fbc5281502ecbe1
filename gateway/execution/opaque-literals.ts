import {
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  print,
  stripIgnoredCharacters,
  typeFromAST,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type ConstValueNode,
  type DocumentNode,
  type GraphQLInputType,
  type GraphQLSchema,
  type StringValueNode,
  type ValueNode,
} from 'graphql'
import { mapFetches } from './planner/fetches.ts'
import type { Planned } from './planner/planner.ts'

export type HiddenLiterals = {
  document: DocumentNode
  /** Puts the literals into the plan of `document`. */
  restore(planned: Planned): Planned
}

/**
 * Hides literals from the planner that it would change: it makes values of them, so that the digits of numbers and the kind
 * of enum values are lost. In the document that it plans, a string stands for each literal of a custom scalar. So does one
 * for each ID that could be read as a number, which then is sent as the string that an ID is.
 *
 * @param schema that clients see
 */
export function hideLiterals(document: DocumentNode, schema: GraphQLSchema): HiddenLiterals {
  const prefix = freePrefix(document)
  const literals: string[] = []
  const hide: Hide = (text) => {
    const known = literals.indexOf(text)
    // Equal literals stay equal: the planner joins fields whose arguments are.
    return { kind: Kind.STRING, value: `${prefix}${known < 0 ? literals.push(text) - 1 : known}` }
  }
  const types = new TypeInfo(schema)
  const hidden = visit(
    document,
    visitWithTypeInfo(types, {
      Argument(node) {
        const type = types.getInputType()
        const value = type ? hideIn(node.value, type, hide) : node.value
        return value === node.value ? undefined : { ...node, value }
      },
      VariableDefinition(node) {
        const type = typeFromAST(schema, node.type) as GraphQLInputType | undefined
        if (!node.defaultValue || !type) return undefined
        const defaultValue = hideIn(node.defaultValue, type, hide) as ConstValueNode
        return defaultValue === node.defaultValue ? undefined : { ...node, defaultValue }
      },
    }),
  )
  if (literals.length === 0) return { document, restore: (planned) => planned }
  const markers = new RegExp(`"${prefix}(\\d+)"`, 'g')
  const shown = (text: string) => text.replace(markers, (_marker, index) => literals[Number(index)] ?? '')
  return {
    document: hidden,
    restore: ({ plan, text }) => ({
      plan: mapFetches(plan, (fetch) => [{ ...fetch, operation: shown(fetch.operation) }]),
      text: text === null ? null : shown(text),
    }),
  }
}

/** Makes the string that stands for a literal. */
type Hide = (literal: string) => StringValueNode

/** @returns the same node when there is nothing to hide in it */
function hideIn(value: ValueNode, type: GraphQLInputType, hide: Hide): ValueNode {
  const nullable = getNullableType(type)
  if (value.kind === Kind.VARIABLE || value.kind === Kind.NULL) return value
  if (isListType(nullable)) {
    if (value.kind !== Kind.LIST) return hideIn(value, nullable.ofType, hide)
    return inside(value, (item) => hideIn(item, nullable.ofType, hide))
  }
  if (isInputObjectType(nullable)) {
    const fields = nullable.getFields()
    return inside(value, (member, name) => {
      const field = fields[name]
      return field ? hideIn(member, field.type, hide) : member
    })
  }
  if (!isScalarType(nullable)) return value
  if (nullable.name === 'ID') return hideId(value, hide)
  return isSpecifiedScalarType(nullable) ? value : hideOpaque(value, hide)
}

const DIGITS = /^-?\d+$/

function hideId(value: ValueNode, hide: Hide): ValueNode {
  const isNumber = value.kind === Kind.INT || (value.kind === Kind.STRING && DIGITS.test(value.value))
  return isNumber ? hide(`"${value.value}"`) : value
}

/** A literal of a custom scalar: of what is in it, only variables have a meaning here. */
function hideOpaque(value: ValueNode, hide: Hide): ValueNode {
  if (value.kind === Kind.INT || value.kind === Kind.FLOAT || value.kind === Kind.ENUM)
    return hide(value.value)
  if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return value
  return hasVariables(value)
    ? inside(value, (inner) => hideOpaque(inner, hide))
    : hide(stripIgnoredCharacters(print(value)))
}

/** The literal with its items or members changed. */
function inside(value: ValueNode, change: (inner: ValueNode, name: string) => ValueNode): ValueNode {
  if (value.kind === Kind.LIST) {
    const values = value.values.map((item) => change(item, ''))
    return values.some((item, i) => item !== value.values[i]) ? { ...value, values } : value
  }
  if (value.kind !== Kind.OBJECT) return value
  const fields = value.fields.map((field) => ({ ...field, value: change(field.value, field.name.value) }))
  return fields.some((field, i) => field.value !== value.fields[i]?.value) ? { ...value, fields } : value
}

function hasVariables(value: ValueNode): boolean {
  let found = false
  visit(value, { Variable: () => void (found = true) })
  return found
}

/** What no string of the document begins with. */
function freePrefix(document: DocumentNode): string {
  let prefix = 'literal '
  visit(document, {
    StringValue: ({ value }) => {
      while (value.includes(prefix)) prefix = `_${prefix}`
    },
  })
  return prefix
}
