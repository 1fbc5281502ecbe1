import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ask, isHit } from './support/ask.ts'
import { openGateways, type Gateways } from './support/gateways.ts'
import { somePeople } from './support/people.ts'
import { randomQueries } from './support/random-query.ts'

let gateways: Gateways
beforeAll(async () => {
  gateways = await openGateways()
})
afterAll(() => gateways[Symbol.asyncDispose]())

const STEPS = [
  ['follow', 0, 1, 0],
  ['follow', 2, 1, 0],
  ['follow', 0, 2, 0],
  ['block', 2, 3, 0],
  ['replyToPost', 1, 0, 0],
  ['replyToPost', 2, 0, 4],
  ['likePost', 0, 0, 0],
  ['likePost', 1, 0, 4],
  ['editPost', 0, 2, 1],
  ['editPost', 0, 1, 1],
] as const

test('whatever is asked for, in whatever order and by whom, the cache changes no response', async () => {
  const { plain, memoryOnly, withRedis } = gateways
  const cached = [memoryOnly, ...withRedis]
  const people = await somePeople(4)
  for (const [name, a, b, n] of STEPS) await people.run(name, a, b, n)
  const viewers = [undefined, ...people.people.slice(0, 2).map(({ token }) => token)]
  const queries = fc.sample(
    randomQueries(
      people.people.map(({ handle, id }) => ({ handle, id })),
      people.posts.map(({ id }) => id),
    ),
    100,
  )
  const hits = { whole: 0, partial: 0 }
  for (const asked of queries) {
    const all = viewers.flatMap((accessToken) => cached.map((gateway) => ({ gateway, accessToken })))
    const expected = new Map(
      await Promise.all(
        viewers.map(async (accessToken) => {
          const of = { ...asked, ...(accessToken !== undefined && { accessToken }) }
          return [accessToken, (await ask(plain, of, people.token)).text] as const
        }),
      ),
    )
    for (const again of [false, true]) {
      const answers = await Promise.all(
        all.map(({ gateway, accessToken }) =>
          ask(gateway, { ...asked, ...(accessToken !== undefined && { accessToken }) }),
        ),
      )
      for (const [i, { text, cache }] of answers.entries()) {
        expect(text, `${again} ${i} ${cache} ${JSON.stringify(asked)}`).toBe(
          expected.get(all[i]?.accessToken),
        )
        if (isHit(cache)) hits.whole++
        if (cache.includes('partial')) hits.partial++
      }
    }
  }
  expect(Math.min(hits.whole, hits.partial), JSON.stringify(hits)).toBeGreaterThan(50)
})
