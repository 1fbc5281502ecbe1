import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseStandaloneConfig } from '../../gateway/standalone/config.ts'
import { ask } from './support/gateways.ts'
import { serveTexts, startTextSubgraph, type TextSubgraph } from './support/text-subgraph.ts'

const MASKED = { message: 'Something went wrong on our side.', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
const PATHS = { 'the fast path': true, 'Apollo Server': false }

let one: TextSubgraph
let two: TextSubgraph

beforeAll(async () => {
  one = await startTextSubgraph('one', 'type Query { a: Int b: Int }')
  two = await startTextSubgraph('two', 'type Query { c: Int }')
})
afterAll(async () => {
  await one[Symbol.asyncDispose]()
  await two[Symbol.asyncDispose]()
})

const failing = (field: string, error: object) => () =>
  JSON.stringify({ data: { [field]: null, b: 2 }, errors: [{ path: [field], ...error }] })

describe.each(Object.entries(PATHS))('by %s', (_, fastPath) => {
  async function errorsOf(config: object, first: object, second: object) {
    one.reply = failing('a', first)
    two.reply = failing('c', second)
    await using gateway = await serveTexts([one, two], config, { fastPath })
    const { status, body } = await ask(gateway.url, '{ a c }')
    expect(status).toBe(200)
    return (body.errors ?? []).toSorted((a, b) => String(a.path).localeCompare(String(b.path)))
  }
  const plain = { message: 'connect ECONNREFUSED 10.0.0.3' }
  const internal = { message: 'null pointer', extensions: { code: 'INTERNAL_SERVER_ERROR', hint: 1 } }

  test('errors without a code, and internal ones, are masked', async () => {
    const masked = [MASKED, MASKED]
    expect(await errorsOf({}, plain, internal)).toMatchObject(masked)
    expect(await errorsOf({ errors: { include: false } }, plain, internal)).toMatchObject(masked)
    expect(await errorsOf({ errors: { include: [] } }, plain, internal)).toMatchObject(masked)
  })

  test('`errors.include: true` shows the errors of all subgraphs, without stack traces', async () => {
    const traced = {
      ...plain,
      extensions: { stacktrace: ['secret'], exception: {}, http: { status: 418 }, at: 'x' },
    }
    const [first, second] = await errorsOf({ errors: { include: true } }, traced, internal)
    expect(first).toEqual({
      ...plain,
      path: ['a'],
      extensions: {
        code: 'DOWNSTREAM_SERVICE_ERROR',
        subgraph: 'one',
        at: 'x',
        requestId: expect.any(String) as string,
      },
    })
    expect(second).toMatchObject({ ...internal, path: ['c'], extensions: { subgraph: 'two', hint: 1 } })
  })

  test('`errors.include` with a list shows the errors of those subgraphs', async () => {
    const shown = await errorsOf({ errors: { include: ['two'] } }, plain, plain)
    expect(shown).toMatchObject([MASKED, { ...plain, extensions: { subgraph: 'two' } }])
  })

  test('a malformed error costs no data', async () => {
    await using gateway = await serveTexts([one, two], { errors: { include: true } }, { fastPath })
    for (const bad of [
      '{"message":"m","path":["a"],"extensions":[]}',
      '{"message":"m","path":7}',
      'null',
      '7',
    ]) {
      one.reply = () => `{"data":{"a":null,"b":2},"errors":[${bad}]}`
      const { body } = await ask(gateway.url, '{ a b }')
      expect(body).toMatchObject({
        data: { a: null, b: 2 },
        errors: [{ extensions: { code: 'DOWNSTREAM_SERVICE_ERROR' } }],
      })
    }
  })
})

test('an unknown subgraph name is a configuration error', () => {
  const parse = (include: unknown) =>
    parseStandaloneConfig(JSON.stringify({ errors: { include } }), 'config.json', ['one'])
  expect(() => parse(['three'])).toThrow('config.json: errors.include: there is no subgraph "three".')
  expect(() => parse('one')).toThrow('config.json: errors.include')
})
