import { getOperationAST, Kind, parse, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { operationIdentity } from './operation-identity.ts'

/** The identity of an operation that declares these variables, for a client that sent this body. */
function identity(declared: string, body: string): string | null {
  const text = `query ${declared && `(${declared})`} { a }`
  const operation = getOperationAST(parse(text)) as OperationDefinitionNode
  expect(operation.kind).toBe(Kind.OPERATION_DEFINITION)
  const { variables = {} } = JSON.parse(body) as { variables?: Record<string, unknown> }
  return operationIdentity('plan', operation, { values: variables, source: body })
}

const sent = (variables: string, query = '') => `{"query":${JSON.stringify(query)},"variables":${variables}}`

test('only declared variables count, in the order in which they are declared', () => {
  const both = identity('$a: Int, $b: Int', sent('{"a":1,"b":2}'))
  expect(identity('$a: Int, $b: Int', sent('{"b":2,"c":3,"a":1}'))).toBe(both)
  expect(identity('$a: Int, $b: Int', sent('{"a":2,"b":1}'))).not.toBe(both)
  expect(identity('', sent('{"a":1}'))).toBe(identity('', '{}'))
})

test('different values are different identities, also if a variable is null or missing', () => {
  const values = ['{}', '{"a":null}', '{"b":null}', '{"a":null,"b":null}', '{"a":1}', '{"b":1}', '{"a":"1"}']
  const lists = ['{"a":[1,2]}', '{"a":[1],"b":[2]}', '{"a":"1,2"}', '{"a":"1","b":"2"}']
  const identities = [...values, ...lists].map((variables) => identity('$a: Any, $b: Any', sent(variables)))
  expect(new Set(identities).size).toBe(values.length + lists.length)
})

test('variables whose digits a double loses have no identity, wherever the digits are', () => {
  for (const value of ['10.00', '9007199254740993', '1e400', '-0', '[[0.10]]', '{"b":{"c":1.0}}']) {
    expect(identity('$a: Any', sent(`{"a":${value}}`)), value).toBeNull()
    expect(identity('$b: Any', sent(`{"a":${value},"b":1}`)), value).not.toBeNull()
  }
})

test('digits elsewhere in the request, and digits that a double keeps, do not matter', () => {
  const query = '{ a(b: 0.5, c: 1e3, d: [10.00], e: 12345678901234567890) }'
  for (const variables of ['{}', '{"a":1}', '{"a":null}', '{"a":0.5}', '{"a":"x: 10.00, "}']) {
    expect(identity('$a: Any', sent(variables, query)), variables).not.toBeNull()
  }
})

test('a mutation has no identity', () => {
  const operation = getOperationAST(parse('mutation { a }')) as OperationDefinitionNode
  expect(operationIdentity('plan', operation, { values: {}, source: null })).toBeNull()
})

test('variables that are nested deeper than the stack have no identity', () => {
  const deep = `${'['.repeat(100_000)}0.5${']'.repeat(100_000)}`
  expect(identity('$a: Any', sent(`{"a":${deep}}`))).toBeNull()
})
