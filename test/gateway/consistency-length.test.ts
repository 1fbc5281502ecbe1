import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { CONSISTENCY_HEADER } from '../../contracts/consistency.ts'
import { ask } from './support/gateways.ts'
import { inside, signed, startWriters, reportWrites, type Writers } from './support/writers.ts'

let graph: Writers
beforeAll(async () => {
  graph = await startWriters()
})
afterAll(() => graph[Symbol.asyncDispose]())
beforeEach(() => graph.reset())

const rename = (headers: Record<string, string>) =>
  ask(graph.gateway.url, 'mutation { rename(handle: "a") { handle } }', { headers })
const withHeader = (...tokens: string[]) => ({ [CONSISTENCY_HEADER]: tokens.join(', ') })

const digits = (n: number) => String(10_000_000_000_000_000_000n + BigInt(n))
const xids = (from: number) => Array.from({ length: 8 }, (_, i) => digits(from + i))
const tokens = (count: number) =>
  Array.from({ length: count }, (_, i) =>
    signed([
      ['users', 1, [digits(i)]],
      ['followers', 1, [digits(i + 50)]],
    ]),
  )

test('a token for 24 transactions with the longest ids stays short by requiring the source for some', async () => {
  graph.users.extensions = reportWrites(['users', 4, xids(0)])
  const asked = signed([
    ['posts', 4, xids(10)],
    ['followers', 9_007_199_254_740_991, xids(20).slice(1)],
  ])
  const token = (await rename(withHeader(asked))).headers.get(CONSISTENCY_HEADER)
  expect(token?.length).toBeLessThanOrEqual(500)
  expect(inside(token)).toEqual([
    ['posts', 4, null],
    ['followers', 9_007_199_254_740_991, xids(20).slice(1)],
    ['users', 4, null],
  ])
})

test('eight tokens of maximum length are accepted, in a header and in a cookie, and merged into one', async () => {
  const longest = signed([
    ['users', 4, xids(0)],
    ['posts', 4, xids(10).slice(0, 6)],
  ])
  expect(longest.length).toBeGreaterThan(450)
  expect(longest.length).toBeLessThanOrEqual(500)
  const eight = withHeader(...Array.from({ length: 8 }, () => longest))
  graph.users.extensions = reportWrites(['users', 4, ['12']])
  for (const sent of [eight, { cookie: `${CONSISTENCY_HEADER}=${eight[CONSISTENCY_HEADER]}` }]) {
    const { status, headers } = await rename(sent)
    expect(status).toBe(200)
    graph.users.extensions = reportWrites(['users', 4, ['13']])
    expect(headers.get(CONSISTENCY_HEADER)?.length).toBeLessThan(300)
  }
})

test('the tokens of many concurrent mutations are merged into one by the next mutation', async () => {
  graph.users.extensions = reportWrites(['users', 1, [digits(99)]])
  const { headers } = await rename(withHeader(...tokens(20)))
  expect(inside(headers.get(CONSISTENCY_HEADER))).toEqual([
    ['followers', 1, null],
    ['users', 1, [digits(99)]],
  ])
})
