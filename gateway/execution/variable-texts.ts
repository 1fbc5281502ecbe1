import {
  getNamedType,
  getNullableType,
  isInputObjectType,
  isListType,
  isScalarType,
  isSpecifiedScalarType,
  typeFromAST,
  type GraphQLInputType,
  type GraphQLSchema,
  type VariableDefinitionNode,
} from 'graphql'
import { mayLoseDigits, parseExactly, wholeDigits } from './exact-number.ts'
import { getOwn, isJsonObject, type JsonObject } from './json.ts'

/** The values of an operation's variables, as the client sent them. */
export type SentVariables = {
  values: JsonObject
  /** JSON text of an object with the values as its member `variables`; null: there is none, and the values are exact. */
  source: string | null
}

/** Gives the JSON text of a variable, as it is sent to subgraphs; undefined when the client did not send it. */
export type VariableTexts = (name: string) => string | undefined

/**
 * Prepares the texts of an operation's variables. Numbers of custom scalars keep their digits, and numbers of IDs become
 * strings that do; the text that came is read again for it, where there can be such numbers and it holds some that a
 * double would not keep.
 */
export function compileVariables(
  schema: GraphQLSchema,
  definitions: readonly VariableDefinitionNode[],
): (sent: SentVariables) => VariableTexts {
  const writers = new Map<string, Writer>()
  for (const { variable, type } of definitions) {
    const inputType = typeFromAST(schema, type) as GraphQLInputType | undefined
    if (inputType && keepsDigits(inputType, new Set())) writers.set(variable.name.value, writerOf(inputType))
  }
  return ({ values, source }) => {
    const texts = new Map<string, string | undefined>()
    let exact: JsonObject | null | undefined
    const textOf = (name: string): string | undefined => {
      if (!Object.hasOwn(values, name)) return undefined
      const write = source === null ? undefined : writers.get(name)
      if (!write) return JSON.stringify(values[name])
      if (exact === undefined) exact = exactValues(source ?? '')
      return exact ? write(values[name], getOwn(exact, name)) : JSON.stringify(values[name])
    }
    return (name) => {
      if (!texts.has(name)) texts.set(name, textOf(name))
      return texts.get(name)
    }
  }
}

/** The values with their digits; null where none has lost any. */
function exactValues(source: string): JsonObject | null {
  if (!mayLoseDigits(source)) return null
  const parsed = parseExactly(source)
  const variables = isJsonObject(parsed) ? parsed['variables'] : undefined
  return isJsonObject(variables) ? variables : null
}

/** Writes a value. @param exact the same value with its digits */
type Writer = (value: unknown, exact: unknown) => string

function writerOf(type: GraphQLInputType): Writer {
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    const item = writerOf(nullable.ofType)
    // What is no list stands for a list of one.
    return (value, exact) =>
      Array.isArray(value)
        ? `[${value.map((each, i) => item(each, Array.isArray(exact) ? exact[i] : each)).join(',')}]`
        : item(value, exact)
  }
  if (isInputObjectType(nullable)) {
    const fields = nullable.getFields()
    const writers = new Map<string, Writer>()
    return (value, exact) => {
      if (!isJsonObject(value) || !isJsonObject(exact)) return JSON.stringify(value)
      const members = Object.keys(value).map((name) => {
        const field = fields[name]
        const write = field && writers.getOrInsertComputed(name, () => writerOf(field.type))
        const text = write ? write(value[name], getOwn(exact, name)) : JSON.stringify(value[name])
        return `${JSON.stringify(name)}:${text}`
      })
      return `{${members.join(',')}}`
    }
  }
  if (!isScalarType(nullable)) return (value) => JSON.stringify(value)
  if (nullable.name === 'ID') return idText
  // The subgraph is to see what was checked: of a built-in scalar, the double.
  if (isSpecifiedScalarType(nullable)) return (value) => JSON.stringify(value)
  return (_value, exact) => JSON.stringify(exact)
}

function idText(value: unknown, exact: unknown): string {
  const digits = wholeDigits(exact)
  return digits === null ? JSON.stringify(value) : `"${digits}"`
}

/** Whether a value of the type can hold a custom scalar's or an ID's. @param seen input types that are being looked at */
function keepsDigits(type: GraphQLInputType, seen: Set<string>): boolean {
  const named = getNamedType(type)
  if (isScalarType(named)) return named.name === 'ID' || !isSpecifiedScalarType(named)
  if (!isInputObjectType(named) || seen.has(named.name)) return false
  seen.add(named.name)
  return Object.values(named.getFields()).some((field) => keepsDigits(field.type, seen))
}
