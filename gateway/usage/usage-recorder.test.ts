import { buildSchema, parse, type OperationDefinitionNode } from 'graphql'
import { expect, test } from 'vitest'
import { UsageRecorder } from './usage-recorder.ts'

const schema = buildSchema(`
  enum Order { TOP NEW }
  type Query { user(handle: String): User posts(order: Order): Int }
  type User { id: ID! bio: String }`)

function requested(text: string, variables = {}) {
  const document = parse(text)
  return { document, operation: document.definitions[0] as OperationDefinitionNode, variables }
}

const WEB = { 'apollographql-client-name': 'web' }

test('texts that differ only in literals, aliases and order are one operation', () => {
  let now = 1_000
  const recorder = new UsageRecorder(() => now)
  recorder.record(schema, requested('{ user(handle: "alice") { id bio } }'), WEB)
  now = 2_000
  recorder.record(schema, requested('{ me: user(handle: "bob") { bio, id } }'), WEB)
  recorder.record(schema, requested('{ user(handle: "bob") { bio } }'), {})
  const { from, operations } = recorder.take(3_000)
  expect(from).toBe(1_000)
  expect([...operations.values()].map(({ uses }) => [...uses.values()])).toMatchObject([
    [{ client: '["web",null]', count: 2, lastUsed: 2_000 }],
    [{ client: '[null,null]', count: 1, lastUsed: 2_000 }],
  ])
  expect(recorder).toMatchObject({ recorded: 3, lost: 0, entries: 0, since: 3_000 })
})

test('an operation is counted in the batch of its time, with its variables', () => {
  const recorder = new UsageRecorder(() => 0)
  const operation = requested('query P($o: Order) { posts(order: $o) }', { o: 'TOP' })
  recorder.record(schema, operation, {})
  const [first] = recorder.take(1).operations.values()
  recorder.record(schema, { ...operation, variables: { o: 'NEW' } }, {})
  recorder.record(schema, { ...operation, variables: { o: null } }, {})
  const [second] = recorder.take(2).operations.values()
  expect([...(first?.inputs ?? [])]).toEqual(['Order.TOP'])
  expect([...(second?.inputs ?? [])]).toEqual(['Order.NEW'])
  expect(second?.uses.get('[null,null]')).toMatchObject({ count: 2 })
  expect(second?.details).toMatchObject({
    name: 'P',
    coordinates: ['Query.posts', 'Query.posts(order:)'],
  })
})

test('what has no room is counted as lost: too many clients, and an operation that is too long', () => {
  const recorder = new UsageRecorder(() => 0)
  const operation = requested('{ user { id } }')
  for (let i = 0; i < 10_010; i++)
    recorder.record(schema, operation, { 'apollographql-client-name': String(i) })
  expect(recorder).toMatchObject({ recorded: 10_000, lost: 10, entries: 10_000 })
  // What is known is still counted.
  recorder.record(schema, operation, { 'apollographql-client-name': '0' })
  expect(recorder).toMatchObject({ recorded: 10_001, lost: 10 })
  expect(recorder.take(1).lost).toBe(10)
  recorder.record(schema, requested(`query ${'Q'.repeat(70_000)} { user { id } }`), {})
  expect(recorder.take(2)).toMatchObject({ lost: 1, entries: 0 })
})

test('a fault of the recording is counted, and does not reach the request', () => {
  const recorder = new UsageRecorder(() => 0)
  const { document, operation } = requested('{ user { id } }')
  const faulty = { ...operation, selectionSet: undefined } as unknown as OperationDefinitionNode
  recorder.record(schema, { document, operation: faulty, variables: {} }, {})
  expect(recorder).toMatchObject({ recorded: 0, lost: 1 })
})
