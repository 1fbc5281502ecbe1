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
  /** Puts the literals back into the plan of `document`. */
  restore(planned: Planned): Planned
}

/**
 * Hides literals from the planner, which would change them: it converts literals to values and loses the digits of numbers
 * and the kind of enum values. In the planned document, a string replaces each literal of a custom scalar, and each ID that
 * looks like a number. Such an ID is sent as a string.
 *
 * @param schema the schema that clients see
 */
export function hideLiterals(document: DocumentNode, schema: GraphQLSchema): HiddenLiterals {
  const prefix = freePrefix(document)
  const literals: string[] = []
  const hide: Hide = (text) => {
    const known = literals.indexOf(text)
    // Equal literals stay equal: the planner merges fields with equal arguments.
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

/** Makes the string that replaces a literal. */
type Hide = (literal: string) => StringValueNode

/** @returns the same node if it has nothing to hide */
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

/** Hides a literal of a custom scalar, except for the variables in it. */
function hideOpaque(value: ValueNode, hide: Hide): ValueNode {
  if (value.kind === Kind.INT || value.kind === Kind.FLOAT || value.kind === Kind.ENUM)
    return hide(value.value)
  if (value.kind !== Kind.LIST && value.kind !== Kind.OBJECT) return value
  return hasVariables(value)
    ? inside(value, (inner) => hideOpaque(inner, hide))
    : hide(stripIgnoredCharacters(print(value)))
}

/** The literal with its items or fields changed. */
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

/** A prefix that no string of the document contains. */
function freePrefix(document: DocumentNode): string {
  let prefix = 'literal '
  visit(document, {
    StringValue: ({ value }) => {
      while (value.includes(prefix)) prefix = `_${prefix}`
    },
  })
  return prefix
}
