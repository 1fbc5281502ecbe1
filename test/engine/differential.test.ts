import fc from 'fast-check'
import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { federated, plain, type Outcome } from './federation.ts'
import { makeGraph } from './graph-model.ts'
import { makeOperation } from './graph-operation.ts'
import { seededRandom } from './random.ts'

/** Operations for each random graph, and graphs in one run: composing costs more than executing. */
const OPERATIONS = 20
const GRAPHS = 25

describe('the engine', () => {
  it('answers random operations over random federated graphs as graphql-js does over one schema', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1 }), async (seed) => {
        const random = seededRandom(seed)
        const graph = makeGraph(random)
        const engine = federated(graph)
        const reference = plain(graph)
        for (let i = 0; i < OPERATIONS; i++) {
          const operation = makeOperation(graph, random)
          expect(validate(reference.schema, parse(operation.query)), operation.query).toEqual([])
          const expected = await reference.run(operation)
          const actual = await engine(operation)
          expect(actual.data, operation.query).toEqual(expected.data)
          expect(essentialErrors(actual), operation.query).toEqual(essentialErrors(expected))
        }
      }),
      { numRuns: GRAPHS },
    )
  }, 120_000)
})

/**
 * The errors that a client can count on. Of several errors below one null, GraphQL lets a server report any: they
 * stand for that null.
 */
function essentialErrors({ data, errors }: Outcome): string[] {
  const essential = errors.map(({ message, path = [] }) => {
    const hole = holeAbove(data, path)
    return hole === path.length ? `${path.join('.')}: ${message}` : `below ${path.slice(0, hole).join('.')}`
  })
  return [...new Set(essential)].toSorted()
}

/** How many elements of the path lead to the first null; all of them when only the last is null. */
function holeAbove(data: unknown, path: readonly (string | number)[]): number {
  let value = data
  for (const [depth, element] of path.entries()) {
    if (value === null || typeof value !== 'object') return depth
    value = (value as Record<string | number, unknown>)[element]
  }
  return path.length
}
