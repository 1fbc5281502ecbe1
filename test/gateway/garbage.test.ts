import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { GraphQLAnswer } from '../../gateway/subgraph-client/answer.ts'
import { createBatches } from '../../gateway/subgraph-client/batch-entities.ts'
import { createFlights } from '../../gateway/subgraph-client/coalesce.ts'
import { LARGE, largeText, youngGarbageKept } from './support/old-space.ts'

/** Of 200 turns that each leave one large text behind. */
const FEW = LARGE * 40

test('what a batch held is garbage at once, also when one that came before it is not collected yet', async () => {
  const viewer = {}
  const answer: GraphQLAnswer = { data: { _entities: [{}] }, errors: [] }
  const batches = createBatches<{ text: string; cancellation?: undefined }>(
    async () => answer,
    () => false,
  )
  const kept = await youngGarbageKept(200, async () => {
    const asked = batches.ask(viewer, { head: '', representations: ['{}'] }, { text: largeText() })
    await turn()
    await asked
  })
  expect(kept).toBeLessThan(FEW)
})

test('what a fetch brought that others may join is garbage at once, also when one is always under way', async () => {
  const viewer = {}
  const flights = createFlights<string>({ ended: 0 }, () => 0)
  const begun: PromiseWithResolvers<string>[] = []
  let n = 0
  const begin = () =>
    flights.join(viewer, String(++n), undefined, () => {
      const flight = Promise.withResolvers<string>()
      begun.push(flight)
      return flight.promise
    })
  const waited = [begin(), begin(), begin()]
  const kept = await youngGarbageKept(200, async () => {
    waited.push(begin())
    begun.shift()?.resolve(largeText())
    await waited.shift()
  })
  expect(kept).toBeLessThan(FEW)
})
