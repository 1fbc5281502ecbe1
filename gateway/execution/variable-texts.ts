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
  /** JSON text of an object with the values as `variables`. Null if there is no text. The values are then exact. */
  source: string | null
}

/** The JSON text of a variable for subgraphs. Undefined if the client did not send it. */
export type VariableTexts = (name: string) => string | undefined

/**
 * Prepares the texts of an operation's variables. Numbers of custom scalars keep their digits, and numbers of IDs become
 * strings with the same digits. For this, the client's text is parsed again, but only if an input type can have such numbers
 * and a double would change one.
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

/** The values with their digits. Null if no digits were lost. */
function exactValues(source: string): JsonObject | null {
  if (!mayLoseDigits(source)) return null
  const parsed = parseExactly(source)
  const variables = isJsonObject(parsed) ? parsed['variables'] : undefined
  return isJsonObject(variables) ? variables : null
}

/** Writes a value. `exact` is the same value with its digits. */
type Writer = (value: unknown, exact: unknown) => string

function writerOf(type: GraphQLInputType): Writer {
  const nullable = getNullableType(type)
  if (isListType(nullable)) {
    const item = writerOf(nullable.ofType)
    // GraphQL accepts a single value for a list.
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
  // The subgraph must get the validated value. For built-in scalars that is the double.
  if (isSpecifiedScalarType(nullable)) return (value) => JSON.stringify(value)
  return (_value, exact) => JSON.stringify(exact)
}

function idText(value: unknown, exact: unknown): string {
  const digits = wholeDigits(exact)
  return digits === null ? JSON.stringify(value) : `"${digits}"`
}

/** Whether a value of the type can contain a custom scalar or an ID. @param seen input types already visited */
function keepsDigits(type: GraphQLInputType, seen: Set<string>): boolean {
  const named = getNamedType(type)
  if (isScalarType(named)) return named.name === 'ID' || !isSpecifiedScalarType(named)
  if (!isInputObjectType(named) || seen.has(named.name)) return false
  seen.add(named.name)
  return Object.values(named.getFields()).some((field) => keepsDigits(field.type, seen))
}
