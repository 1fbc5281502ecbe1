import { buildSchema, parse, Source } from 'graphql'
import { expect, test } from 'vitest'
import { judgeOperations } from './judge-operations.ts'
import { type TrustedOperation } from './trusted-operations.ts'

const SCHEMA = buildSchema(`
  type Query {
    old: Int @deprecated(reason: "Use new.")
    new(size: Size, was: Int @deprecated(reason: "It is ignored."), in: In): Int
  }
  enum Size { BIG HUGE @deprecated(reason: "Use BIG.") }
  input In { a: Int b: Int @deprecated(reason: "Use a.") }
`)

function operation(text: string, owner: string | null): TrustedOperation {
  return { name: 'A', file: 'a.graphql', line: 1, document: parse(new Source(text, 'a.graphql')), owner }
}

test('uses of deprecated fields, arguments, input fields and enum values have a place, an operation and an owner', () => {
  const text = 'query A {\n  old\n  new(size: HUGE, was: 1, in: { b: 1 })\n}'
  const { invalid, deprecated } = judgeOperations([operation(text, 'web')], SCHEMA)
  expect(invalid).toEqual([])
  expect(deprecated).toEqual([
    'a.graphql:2:3: The field Query.old is deprecated. Use new. Operation: A. Owner: web.',
    'a.graphql:3:13: The enum value "Size.HUGE" is deprecated. Use BIG. Operation: A. Owner: web.',
    'a.graphql:3:19: Field "Query.new" argument "was" is deprecated. It is ignored. Operation: A. Owner: web.',
    'a.graphql:3:33: The input field In.b is deprecated. Use a. Operation: A. Owner: web.',
  ])
})

test('an invalid operation has a line for each error', () => {
  const { invalid } = judgeOperations([operation('query A {\n  gone\n  new(size: SMALL)\n}', null)], SCHEMA)
  expect(invalid).toEqual([
    expect.stringMatching(/^a\.graphql:2:3: Cannot query field "gone" .* Operation: A\. Owner: none\.$/),
    expect.stringMatching(/^a\.graphql:3:13: Value "SMALL" does not exist .* Operation: A\. Owner: none\.$/),
  ])
})
