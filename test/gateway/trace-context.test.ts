import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { ask } from './support/gateways.ts'
import { startWriters, type Writers } from './support/writers.ts'

let graph: Writers
beforeAll(async () => {
  graph = await startWriters()
})
afterAll(() => graph[Symbol.asyncDispose]())
beforeEach(() => graph.reset())

const RENAME = 'mutation { rename(handle: "a") { handle } }'
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736'
const SPAN = '00f067aa0ba902b7'

/** The parts of each `traceparent` that was sent: trace, span and flags. */
async function sent(query: string, headers: Record<string, string> = {}): Promise<string[][]> {
  graph.reset()
  await ask(graph.gateway.url, query, { headers })
  return [...graph.users.requests, ...graph.posts.requests].flatMap(({ headers: { traceparent } }) => {
    if (traceparent === undefined) return []
    const parts = /^00-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})$/.exec(String(traceparent))
    return [parts ? parts.slice(1) : [String(traceparent)]]
  })
}

test('mutations continue the client’s trace, each in its own span', async () => {
  const traceparent = `00-${TRACE}-${SPAN}-01`
  const both = await sent(`mutation { rename(handle: "a") { handle } write(text: "t") { id } }`, {
    traceparent,
  })
  expect(both).toEqual([
    [TRACE, expect.stringMatching(/^[\da-f]{16}$/), '01'],
    [TRACE, expect.stringMatching(/^[\da-f]{16}$/), '01'],
  ])
  expect(new Set([SPAN, ...both.map(([, span]) => span)]).size).toBe(3)
})

test.each([
  undefined,
  '',
  'nonsense',
  `01-${TRACE}-${SPAN}-01`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-01-more`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
])(
  'a request whose traceparent is %s gets a new trace, the same for all its mutations',
  async (traceparent) => {
    const headers = traceparent === undefined ? {} : { traceparent }
    const both = await sent('mutation { rename(handle: "a") { handle } write(text: "t") { id } }', headers)
    const traces = both.map(([trace]) => trace)
    expect(traces).toEqual([expect.stringMatching(/^[\da-f]{32}$/), traces[0]])
    expect(traces[0]).not.toBe(TRACE)
    const [[other] = []] = await sent(RENAME, headers)
    expect(other).not.toBe(traces[0])
  },
)

test('queries have no trace, so that equal queries of several clients can be shared', async () => {
  const traceparent = `00-${TRACE}-${SPAN}-01`
  expect(await sent('{ user(id: "u1") { handle postCount } }', { traceparent })).toEqual([])
  // The fetches below the fields of a mutation are queries.
  expect(await sent('mutation { rename(handle: "a") { postCount } }', { traceparent })).toHaveLength(1)
})
