import { CacheFigures } from '../../../gateway/cache/cache-figures.ts'
import { createFetchCache } from '../../../gateway/cache/fetch-cache.ts'
import { createFreshness } from '../../../gateway/cache/freshness.ts'
import type { GatewayContext } from '../../../gateway/gateway-context.ts'
import { createMemoryCache, createTwoLevels } from '../../../patterns/cache-aside/index.ts'

/**
 * A program: a cache before a subgraph whose field `estimate` requires the price of another one, as in Apollo's
 * `shippingEstimate: Int @requires(fields: "price")`. None of Tessera's services has such a field. Prints the estimate for each price.
 */
const clock = () => 0
const memory = createMemoryCache<string>({ maxBytes: 1_000_000, clock })
memory.restart('shipping', { epoch: 1, offset: 0 })
memory.apply('shipping', 1, [{ kind: 'control', offset: 1, n: 1, cur: '9:9:', time: 0 }])

const HEAD = '{"query":"q","variables":{"representations":['
const fetches = createFetchCache({
  levels: createTwoLevels({ memory, redis: null, clock, random: () => 0 }),
  freshness: createFreshness({ databaseNow: () => 0, copies: new Map() }),
  databasesOf: () => ['shipping'],
  figures: new CacheFigures({ bytes: () => 0, lag: () => [], redisOpen: () => false }),
})
const source = fetches(async ({ body }) => {
  const { variables } = JSON.parse(body) as { variables: { representations: { price: number }[] } }
  return {
    data: { _entities: variables.representations.map(({ price }) => ({ estimate: price / 10 })) },
    extensions: { facets: variables.representations.map(() => ['shipping:Product:1']) },
  }
})
const context: GatewayContext = { viewer: null, headers: {}, requestId: 'id' }

for (const price of [100, 200]) {
  const representation = JSON.stringify({ __typename: 'Product', id: '1', price })
  const { data } = await source(
    {
      subgraph: 'shipping',
      kind: 'query',
      body: `${HEAD}${representation}]}}`,
      entities: { head: HEAD, representations: [representation] },
      caching: { maxAge: 60, scope: 'PUBLIC', selection: 'estimate' },
    },
    context,
  )
  process.stdout.write(`${JSON.stringify(data)}\n`)
}
