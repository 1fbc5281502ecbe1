import { buildSchema, parse } from 'graphql'
import { expect, test } from 'vitest'
import { apiError } from '../../platform/graphql/errors.ts'
import type { Admission } from './admission.ts'
import type { JsonObject } from './json.ts'
import { createSchemaContext, type CompleteResponse } from './operation.ts'
import { createOperationStore } from './operation-store.ts'
import type { Planner } from './planner/planner.ts'

const api = buildSchema(`
  type Query { a: Int b(in: [Int!]): Int }
  type Subscription { c: Int }
`)

/** A store whose planner makes empty plans and counts its calls. */
function setUp(onPlan = () => {}, supergraphId = 'supergraph') {
  const planned: string[] = []
  const planner: Planner = {
    supergraph: {
      id: supergraphId,
      apiSdl: '',
      subtypes: {},
      interfaceObjects: [],
      hiddenValues: {},
      overrideLabels: {},
      cacheHints: {},
      plannedNames: [],
    },
    plan: async (operation) => {
      planned.push(operation)
      onPlan()
      return { plan: { kind: 'QueryPlan' }, text: null }
    },
    [Symbol.asyncDispose]: async () => {},
  }
  const weights: number[] = []
  const admission: Admission = {
    state: () => ({ queued: 0, running: 0, waited: 0 }),
    run(weight, run) {
      weights.push(weight)
      return run()
    },
  }
  const store = createOperationStore(planner, createSchemaContext(api, planner.supergraph), admission)
  const prepare = (source: string, operationName: string | null = null, values: JsonObject = {}) =>
    store.prepare({ document: parse(source), source, operationName }, { values, source: null })
  const identity = async (...args: Parameters<typeof prepare>) => {
    const operation = await prepare(...args)
    return 'refused' in operation ? operation : operation.identity()
  }
  const execute = async (...args: Parameters<typeof prepare>) => {
    const operation = await prepare(...args)
    return 'refused' in operation ? operation : operation.execute(async () => ({}))
  }
  const refusal = async (...args: Parameters<typeof execute>) => {
    const executed = await execute(...args)
    return 'refused' in executed ? executed.refused : []
  }
  return { planned, weights, execute, identity, refusal }
}

test('an operation name that the document does not have is rejected, and no other operation is executed', async () => {
  const { planned, refusal } = setUp()
  for (const name of ['B', '']) {
    expect(await refusal('query A { a }', name)).toMatchObject([
      { message: `The document has no operation ${JSON.stringify(name)}. It has: A.` },
    ])
  }
  expect(await refusal('query A { a } query B { a }')).toMatchObject([
    { message: 'The document has several operations. Choose one by `operationName`: A, B.' },
  ])
  expect(planned).toEqual([])
})

test('an operation that the planner rejects gets the code of the planner and is planned only once', async () => {
  const { planned, refusal } = setUp(() => {
    throw apiError('LIMIT_EXCEEDED', 'The operation is too complex to plan.')
  })
  for (let i = 0; i < 2; i++) {
    expect(await refusal('{ a }')).toMatchObject([{ extensions: { code: 'LIMIT_EXCEEDED' } }])
  }
  expect(planned).toHaveLength(1)
})

test('a subscription is rejected with a clear message', async () => {
  expect(await setUp().refusal('subscription { c }')).toMatchObject([
    { message: 'Subscriptions are not served here.', extensions: { code: 'BAD_USER_INPUT' } },
  ])
})

test('the number of errors for invalid variables is limited', async () => {
  const variables = { in: Array.from({ length: 10_000 }, () => 'x') }
  const errors = await setUp().refusal('query ($in: [Int!]) { b(in: $in) }', null, variables)
  expect(errors).toHaveLength(51)
  expect(errors.at(-1)).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
})

test('an operation with introspection only needs no plan, even with fragments', async () => {
  const { execute } = setUp()
  for (const query of ['{ ... { __typename } }', '{ ...F } fragment F on Query { __typename }']) {
    expect(await execute(query)).toEqual({
      kind: 'complete',
      data: '{"__typename":"Query"}',
      errors: [],
    })
  }
  expect(await execute('{ ... { a } }')).toMatchObject({
    data: 'null',
    errors: [{ extensions: { code: 'QUERY_PLAN_EMPTY' } }],
  })
})

test('the identity of a query is the same in all processes, and different for any two plans and supergraphs', async () => {
  const [here, there] = [setUp(), setUp()]
  const query = 'query A($x: Boolean = true) { a @include(if: $x) } query B { a }'
  const requests: Parameters<typeof here.identity>[] = [
    [query, 'A'],
    [query, 'A', { x: false }],
    [query, 'B'],
    [query.replace('query B', 'query  B'), 'B'],
  ]
  const identities = await Promise.all(requests.map((request) => here.identity(...request)))
  expect(new Set(identities).size).toBe(requests.length)
  expect(await Promise.all(requests.map((request) => there.identity(...request)))).toEqual(identities)
  expect(await setUp(undefined, 'other').identity(query, 'A')).not.toBe(identities[0])
})

// As in Cosmo (issue 2521): with a plan from the cache, queries with other variables looked equal, and shared a response.
test('queries with other variables are different, also if their plan is in the cache', async () => {
  const { identity, planned } = setUp()
  const query = 'query ($x: Int, $y: Int) { a }'
  const values = [{}, { x: 1 }, { x: 2 }, { y: 1 }, { x: 1, y: 1 }, { x: null }]
  const ask = () => Promise.all(values.map((variables) => identity(query, null, variables)))
  const identities = await ask()
  expect(new Set(identities).size).toBe(values.length)
  expect(await ask()).toEqual(identities)
  expect(planned).toHaveLength(1)
})

test('the weight of an operation follows the size of its responses, separately for each set of conditions', async () => {
  const { weights, execute } = setUp()
  const query = 'query ($all: Boolean!) { __typename ... @include(if: $all) { __schema { types { name } } } }'
  for (const all of [true, false, true]) for (let i = 0; i < 30; i++) await execute(query, null, { all })
  expect(weights.slice(30, 60).every((weight) => weight < 30)).toBe(true)
  const lengths = [29, 89].map((i) => Math.round(weights[i] ?? 0))
  const { data } = (await execute(query, null, { all: true })) as CompleteResponse
  expect(lengths[0]).toBeGreaterThan(data.length * 0.9)
  expect(lengths[1]).toBeLessThanOrEqual(data.length)
  expect(weights[0]).toBe(0)
})
