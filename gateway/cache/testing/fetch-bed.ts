import { expect } from 'vitest'
import { createMemoryCache, createTwoLevels } from '../../../patterns/cache-aside/index.ts'
import type { ControlRecord, EventRecord } from '../../../patterns/change-log/index.ts'
import type { SubgraphRequest, SubgraphResponse } from '../../execution/subgraph-request.ts'
import type { GatewayContext } from '../../gateway-context.ts'
import { CacheFigures } from '../cache-figures.ts'
import { createFetchCache } from '../fetch-cache.ts'
import { createFreshness } from '../freshness.ts'

export const VIEWER = { id: 'user_1', session: null }
const CONTEXT: GatewayContext = { viewer: VIEWER, headers: {}, requestId: 'id' }

export type Asked = { request: SubgraphRequest; context: GatewayContext }

/**
 * The cache before a subgraph `books`.
 *
 * @param respond the subgraph
 * @param maxBytes of the memory
 */
export function openBed(respond: (asked: Asked) => SubgraphResponse = resolveAll, maxBytes = 1_000_000) {
  let offset = 0
  const time = { now: 0 }
  const clock = () => time.now
  const memory = createMemoryCache<string>({ maxBytes, maxEntryBytes: maxBytes, clock })
  const figures = new CacheFigures({ bytes: () => 0, lag: () => [], redisOpen: () => false })
  const fetches = createFetchCache({
    levels: createTwoLevels({ memory, redis: null, clock, random: () => 1 }),
    freshness: createFreshness({ databaseNow: () => 1_000, copies: new Map() }),
    databasesOf: (subgraph) => (subgraph === 'books' ? ['books'] : []),
    figures,
  })
  const asked: Asked[] = []
  const source = fetches(async (request, context) => {
    asked.push({ request, context })
    return respond({ request, context })
  })
  memory.restart('books', { epoch: 1, offset: 0 })
  const control: ControlRecord = { kind: 'control', offset: ++offset, n: 1, cur: '9:9:', time: 1_000 }
  memory.apply('books', 1, [control])
  return {
    asked,
    time,
    figures: () =>
      [...figures.samples()].map(({ labels, value }) => [labels['kind'], labels['outcome'], value]),
    touch(...touches: string[]) {
      const rest = { key: 'k', type: 't', version: 1, payload: null, headers: {}, time: 0 }
      const event: EventRecord = { kind: 'event', offset: ++offset, xid: '7', touches, ...rest }
      memory.apply('books', 1, [event])
    },
    ask: (request: SubgraphRequest, more: Partial<GatewayContext> = {}) =>
      source(request, { ...CONTEXT, ...more }),
  }
}

export const HEAD = '{"query":"q","variables":{"representations":['

export function fetchOf(ids: readonly string[], more: Partial<SubgraphRequest> = {}): SubgraphRequest {
  const representations = ids.map((id) => `{"__typename":"Book","id":"${id}"}`)
  return {
    subgraph: 'books',
    kind: 'query',
    body: `${HEAD}${representations.join(',')}]}}`,
    entities: { head: HEAD, representations },
    caching: { maxAge: 60, scope: 'PUBLIC', selection: 'text' },
    ...more,
  }
}

export const idsIn = ({ request }: Asked) =>
  (
    JSON.parse(request.body) as { variables: { representations: { id: string }[] } }
  ).variables.representations.map(({ id }) => id)

export function resolveAll(asked: Asked): SubgraphResponse {
  const ids = idsIn(asked)
  return {
    data: { _entities: ids.map((id) => ({ text: `text of ${id}` })) },
    extensions: { facets: ids.map((id) => [`books:Book:${id}`]), rest: 1 },
    plain: true,
  }
}

export const answerFor = (...ids: string[]) =>
  expect.objectContaining({
    data: { _entities: ids.map((id) => ({ text: `text of ${id}` })) },
    extensions: expect.objectContaining({ facets: ids.map((id) => [`books:Book:${id}`]) }) as unknown,
    plain: true,
  }) as unknown
