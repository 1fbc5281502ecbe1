import fc from 'fast-check'
import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { TOO_COMPLEX } from '../../gateway/execution/planner/apollo-planner.ts'
import { essentialErrors } from './essential-errors.ts'
import { federated, plain } from './federation.ts'
import { makeGraph } from './graph-model.ts'
import { makeOperation } from './graph-operation.ts'
import { seededRandom, type Random } from './random.ts'

/** Operations for each random graph, and graphs in one run: composing costs more than executing. */
const OPERATIONS = 12
const GRAPHS = 25

/** Of a whole run: a bound that refuses more would leave too much untried. */
const MAX_REFUSED = 6

describe('the engine', () => {
  it('gives the same responses to random operations over random federated graphs as graphql-js over one schema', async () => {
    let refusals = 0
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1 }), async (seed) => {
        const random = seededRandom(seed)
        const { graph, engine } = makeFederated(random)
        const reference = plain(graph)
        for (let i = 0; i < OPERATIONS; i++) {
          const operation = makeOperation(graph, random)
          expect(validate(reference.schema, parse(operation.query)), operation.query).toEqual([])
          const expected = await reference.run(operation)
          const actual = await engine(operation).catch(refused)
          // A known fault of Apollo's planner, which the engine bounds (docs/adr/0004-engine.md).
          if (actual === TOO_COMPLEX) {
            refusals++
            continue
          }
          expect(actual.data, operation.query).toEqual(expected.data)
          expect(essentialErrors(actual), operation.query).toEqual(essentialErrors(expected))
          expect(actual.log, operation.query).toEqual(expected.log)
        }
      }),
      { numRuns: GRAPHS },
    )
    expect(refusals).toBeLessThanOrEqual(MAX_REFUSED)
  })
})

function refused(error: Error): typeof TOO_COMPLEX {
  if (error.message === TOO_COMPLEX) return TOO_COMPLEX
  throw error
}

/** Not every random graph composes: some field cannot be reached by the keys there are. */
function makeFederated(random: Random) {
  for (;;) {
    const graph = makeGraph(random)
    try {
      return { graph, engine: federated(graph) }
    } catch (error) {
      if (!(error instanceof AggregateError)) throw error
    }
  }
}
