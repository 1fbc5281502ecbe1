import { expect, test } from 'vitest'
import { countCalls } from '../../../platform/testing/count-calls.ts'
import type { SubgraphResponse } from '../subgraph-request.ts'
import type { JsonObject } from '../json.ts'
import { createTypeIndex } from '../type-index.ts'
import { compileFetch } from './fetch-step.ts'
import type { ExecutionContext } from './execution-context.ts'

/** Runs a fetch of `x` for the entities at `a`, with this response. @returns the errors */
async function fetchX(data: JsonObject, response: SubgraphResponse): Promise<ExecutionContext['errors']> {
  return (await runFetch(data, response)).errors
}

async function runFetch(data: JsonObject, response: SubgraphResponse, operationName?: string) {
  const name = (field: string) => ({ kind: 'Field' as const, name: field })
  const step = compileFetch(
    {
      kind: 'Fetch',
      serviceName: 's',
      operation: `query ${operationName ?? ''}($r: [_Any!]!) { _entities(representations: $r) { ... on T { x y } } }`,
      operationName,
      operationKind: 'query' as Parameters<typeof compileFetch>[0]['operationKind'],
      variableUsages: [],
      requires: [
        { kind: 'InlineFragment', typeCondition: 'T', selections: [name('__typename'), name('id')] },
      ],
    },
    ['a', '@'],
    { types: createTypeIndex({}), cacheabilityOf: () => null },
  )
  const bodies: string[] = []
  const context: ExecutionContext = {
    requestSubgraph: async ({ body }) => {
      bodies.push(body)
      return response
    },
    data,
    errors: [],
    failed: false,
    plain: false,
    variable: () => undefined,
  }
  await step(context)
  return { errors: context.errors, bodies }
}

const entities = (...ids: (string | null)[]) => ({ a: ids.map((id) => id && { __typename: 'T', id }) })

test('an error of an entity is reported at each of its paths, in the order of the response', async () => {
  const errors = await fetchX(entities('1', '2', null, '1'), {
    data: { _entities: [null, { x: null }] },
    errors: [
      { message: 'no x', path: ['_entities', 1, 'x'] },
      { message: 'gone', path: ['_entities', 0] },
      { message: 'no place of this kind', path: ['_entities', 7] },
      { message: 'all of it' },
    ],
  })
  expect(errors).toEqual([
    { message: 'no x', path: ['a', 1, 'x'] },
    { message: 'gone', path: ['a', 0] },
    { message: 'gone', path: ['a', 3] },
    { message: 'no place of this kind' },
    { message: 'all of it', path: ['a', 0] },
  ])
})

test('10,000 entities with an error each are handled in linear time', async () => {
  const callsFor = async (count: number) => {
    const ids = Array.from({ length: count }, (_, i) => String(i))
    const counted = countCalls()
    const errors = await fetchX(entities(...ids), {
      data: { _entities: ids.map(() => null) },
      errors: ids.map((_, i) => ({ message: 'gone', path: ['_entities', i] })),
    })
    const calls = counted()
    expect(errors).toHaveLength(count)
    expect(errors.at(-1)).toEqual({ message: 'gone', path: ['a', count - 1] })
    return calls
  }
  expect(await callsFor(10_000)).toBeLessThan(11 * (await callsFor(1_000)))
})

test('equal fetches have equal request bodies, regardless of the operation name from the planner', async () => {
  const bodyOf = async (name: string) => (await runFetch(entities('1'), { data: null }, name)).bodies
  expect(await bodyOf('Page__s__0')).toEqual(await bodyOf('Page__s__13'))
  expect((await bodyOf('Page__s__2'))[0]).toMatch(/^{"query":"query Page__s\(.*"operationName":"Page__s","/)
})
