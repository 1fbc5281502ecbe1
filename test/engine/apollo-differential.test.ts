import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { faultsOfApollo } from './apollo-faults.ts'
import { essentialErrors } from './essential-errors.ts'
import { federatedByApollo, plain, type Answered } from './federation.ts'
import { makeGraph, type GraphModel } from './graph-model.ts'
import { makeOperation } from './graph-operation.ts'
import { seededRandom, type Random } from './random.ts'
import type { Operation } from './engine.ts'

/** Operations for each random graph, of which about one in six meets no known fault; and graphs in one run. */
const OPERATIONS = 40
const GRAPHS = 6

describe('@apollo/gateway over the same subgraphs', () => {
  it('gives the same responses to random operations as graphql-js over one schema, except for its known faults', async () => {
    let compared = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1 }), async (seed) => {
        const random = seededRandom(seed)
        const { graph, apollo } = await makeFederated(random)
        const reference = plain(graph)
        for (let i = 0; i < OPERATIONS; i++) {
          const operation = makeOperation(graph, random)
          const expected = await reference.run(operation)
          if (faultsOfApollo(operation, graph, expected).length > 0) continue
          compared++
          const actual = await apollo(operation)
          expect(actual.data, operation.query).toEqual(expected.data)
          expect(essentialErrors(actual), operation.query).toEqual(essentialErrors(expected))
          expect(actual.log, operation.query).toEqual(expected.log)
        }
      }),
      { numRuns: GRAPHS },
    )
    expect(compared).toBeGreaterThan(0)
  })
})

/** A random graph that composes, and as a whole meets no known fault. */
async function makeFederated(
  random: Random,
): Promise<{ graph: GraphModel; apollo: (operation: Operation) => Promise<Answered> }> {
  for (;;) {
    const graph = makeGraph(random)
    if (faultsOfApollo({ query: '' }, graph, { data: null, errors: [] }).length > 0) continue
    try {
      return { graph, apollo: await federatedByApollo(graph) }
    } catch (error) {
      if (!(error instanceof AggregateError)) throw error
    }
  }
}
