import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { feedReader, getByFetch, getEnd, logUrls } from '../../patterns/change-log/index.ts'
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
  facetTable: {
    types: { Thing: { ofValue: ({ id }: { id: string }) => [`things:Thing:${id}`] } },
    fields: {},
  },
}

const toRequest = (body: object, header = '') => {
  const json = JSON.stringify(body)
  return `POST /graphql HTTP/1.1\r\nhost: a\r\n${header}content-length: ${json.length}\r\n\r\n${json}`
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

test('facets are reported for each representation if the request asks for them, known or not', async () => {
  await using subgraph = await serveMemo(definition)
  const query =
    'query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Thing { size } } }'
  const asked = (ids: string[]) => ({
    query,
    variables: { representations: ids.map((id) => ({ __typename: 'Thing', id })) },
  })
  const wanted = (ids: string[], more: object = {}) => ({
    data: { _entities: ids.map((id) => ({ size: Number(id) * 10 })) },
    ...more,
  })
  const withFacets = (ids: string[]) =>
    wanted(ids, { extensions: { facets: ids.map((id) => [`things:Thing:${id}`]) } })
  for (const ids of [
    ['1', '2'],
    ['1', '2'],
    ['2', '1', '2'],
  ]) {
    const requests = [toRequest(asked(ids)), toRequest(asked(ids), 'tessera-facets: 1\r\n')]
    expect(await pipeline(subgraph.url, requests)).toEqual([wanted(ids), withFacets(ids)])
  }
  expect(subgraph.counts).toMatchObject({ requests: 6, executed: 2 })
})

test('a cache can follow the log: it has a tick about every 100 ms, and no events', async () => {
  await using subgraph = await serveMemo(definition)
  const { feed, end } = logUrls(subgraph.url, 'things')
  const { position, now } = await getEnd(end, getByFetch)
  const page = await feedReader(feed, getByFetch).read(position, 10, 5_000)
  expect(page).toMatchObject({ kind: 'records', records: [{ kind: 'control', offset: position.offset + 1 }] })
  const [record] = page.kind === 'records' ? page.records : []
  expect(record?.time).toBeGreaterThanOrEqual(now)
  const ahead = { ...position, offset: position.offset + 1_000 }
  expect(await feedReader(feed, getByFetch).read(ahead, 10, 0)).toMatchObject({ kind: 'ahead' })
  const other = { ...position, epoch: position.epoch + 1 }
  expect(await feedReader(feed, getByFetch).read(other, 10, 0)).toMatchObject({ kind: 'other-epoch' })
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
