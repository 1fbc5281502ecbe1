import { OperationTypeNode, type OperationDefinitionNode } from 'graphql'
import { createHash } from 'node:crypto'
import { mayLoseDigits, parseExactly } from './exact-number.ts'
import { isJsonObject, type JsonObject } from './json.ts'
import type { SentVariables } from './variable-texts.ts'

/** A short text that is different for different parts: a SHA-256. It is the same in all processes. */
export function fingerprint(...parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/**
 * A text that is equal for two operations only if both have the same plan, and the same values for the variables that the
 * operation declares. Null for mutations. Also null if a value has digits that a double loses: two such values can look equal.
 *
 * @param planId different for any two plans
 */
export function operationIdentity(
  planId: string,
  { operation, variableDefinitions = [] }: OperationDefinitionNode,
  { values, source }: SentVariables,
): string | null {
  if (operation !== OperationTypeNode.QUERY) return null
  if (variableDefinitions.length === 0) return planId
  const names = variableDefinitions.map(({ variable }) => variable.name.value)
  try {
    const texts = textsOf(names, values)
    if (source !== null && LOSSY.test(texts) && losesDigits(names, texts, source)) return null
    return `${planId}${texts}`
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** JSON texts of the variables, each after a comma. The text of a missing variable is empty. */
function textsOf(names: readonly string[], values: JsonObject): string {
  let texts = ''
  for (const name of names) {
    texts += ','
    if (Object.hasOwn(values, name)) texts += JSON.stringify(values[name]) ?? ''
  }
  return texts
}

/** A number, or null, which is the JSON of infinity. It also matches inside strings, which only costs time. */
const LOSSY = /[:[,](?:[\d-]|null)/

/** Whether the client's text has other digits than `texts`. */
function losesDigits(names: readonly string[], texts: string, source: string): boolean {
  if (!mayLoseDigits(source)) return false
  const parsed = parseExactly(source)
  const variables = isJsonObject(parsed) ? parsed['variables'] : undefined
  return !isJsonObject(variables) || textsOf(names, variables) !== texts
}
