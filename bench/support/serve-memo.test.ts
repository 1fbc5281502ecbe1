import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { messageReader } from './http-messages.ts'
import { load } from './load.ts'
import type { SubgraphDefinition } from './memo.ts'
import { serveMemo } from './serve-memo.ts'

const definition: SubgraphDefinition = {
  name: 'things',
  sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { number(of: Int!): Int! }
    type Thing @key(fields: "id") { id: ID! size: Int! }`,
  resolvers: {
    Query: { number: async (_: unknown, args: { of: number }) => args.of },
    Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, size: Number(id) * 10 }) },
  },
}

const toRequest = (body: object) => {
  const json = JSON.stringify(body)
  return `POST /graphql HTTP/1.1\r\nhost: a\r\ncontent-length: ${json.length}\r\n\r\n${json}`
}
const number = (of: number) =>
  toRequest({ query: 'query ($of: Int!) { number(of: $of) }', variables: { of } })

/** Sends all requests at once over one connection, and reads the same number of responses. */
async function pipeline(url: string, requests: readonly string[]): Promise<unknown[]> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown[]>()
  const answers: unknown[] = []
  const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(requests.join('')))
  const read = messageReader((_, body) => {
    answers.push(JSON.parse(body.toString()))
    if (answers.length === requests.length) resolve(answers)
  })
  socket.on('data', read)
  socket.on('error', reject)
  try {
    return await promise
  } finally {
    socket.destroy()
  }
}

test('pipelined requests get their responses in order, known or not', async () => {
  await using subgraph = await serveMemo(definition)
  const wanted = (numbers: number[]) => numbers.map((of) => ({ data: { number: of } }))
  expect(await pipeline(subgraph.url, [1].map(number))).toEqual(wanted([1]))
  expect(await pipeline(subgraph.url, [2, 1, 3, 1].map(number))).toEqual(wanted([2, 1, 3, 1]))
  expect(subgraph.counts).toMatchObject({ requests: 5, executed: 3 })
})

test('equal representations of one fetch are counted once', async () => {
  await using subgraph = await serveMemo(definition)
  const query =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { size } } }'
  const representations = ['1', '2', '1', '1'].map((id) => ({ __typename: 'Thing', id }))
  const request = toRequest({ query, variables: { representations } })
  const response = { data: { _entities: ['1', '2', '1', '1'].map((id) => ({ size: Number(id) * 10 })) } }
  expect(await pipeline(subgraph.url, [request, request])).toEqual([response, response])
  expect(subgraph.counts).toMatchObject({ requests: 2, representations: 8, unique: 4 })
})

test('the load sends every request once and checks each response by its own key', async () => {
  await using subgraph = await serveMemo(definition)
  const waiting = Array.from({ length: 100 }, (_, key) => ({ key, bytes: Buffer.from(number(key)) }))
  const judged: number[] = []
  const result = await load({
    port: Number(new URL(subgraph.url).port),
    connections: 7,
    next: () => waiting.pop() ?? null,
    judge(key, _, body) {
      expect(JSON.parse(body.toString())).toEqual({ data: { number: key } })
      judged.push(key)
    },
  })
  expect(judged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, key) => key))
  expect(result).toMatchObject({ requests: 100, latencies: { length: 100 } })
})

test('a wrong response ends the load with the reason', async () => {
  await using subgraph = await serveMemo(definition)
  const loading = load({
    port: Number(new URL(subgraph.url).port),
    connections: 3,
    next: () => ({ key: 0, bytes: Buffer.from(number(1)) }),
    judge() {
      throw new Error('not what was expected')
    },
  })
  await expect(loading).rejects.toThrow('not what was expected')
})
