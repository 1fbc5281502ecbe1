import { engineOver, compose, subgraphs, type Resolvers, type Run } from './engine.ts'

/**
 * A federation whose @requires have arguments. `catalog` knows prices by currency; `shipping` computes from prices in
 * one currency or another, and from comments cut to a length.
 */
const SDL = {
  catalog: `
    type Query { products: [Product!] items: [Item] products2: [Product] }
    type Mutation { log(text: String!): Product }
    enum Currency { GBP USD EUR BAD }
    interface Item { id: ID! price(currency: Currency = GBP): Int }
    type Product implements Item @key(fields: "id") {
      id: ID!
      name: String
      client_id: String
      price(currency: Currency = GBP): Int
      prices(currencies: [Currency!]!): [Int]
      comments(limit: Int!): [Comment]
      maker: Maker
      partner: Item
    }
    type Gift implements Item @shareable { id: ID! price(currency: Currency = GBP): Int wrap(red: Boolean): String }
    type Comment { text(max: Int = 99): String likes: Int }
    type Maker @shareable { tax(rate: Int!): Int name: String }`,
  shipping: `
    enum Currency { GBP USD EUR BAD }
    interface Item { price(currency: Currency = GBP): Int }
    type Gift implements Item @shareable {
      price(currency: Currency = GBP): Int @external
      wrap(red: Boolean): String @external
    }
    type Product implements Item @key(fields: "id") {
      id: ID!
      name: String @external
      price(currency: Currency = GBP): Int @external
      prices(currencies: [Currency!]!): [Int] @external
      comments(limit: Int!): [Comment] @external
      maker: Maker @external
      partner: Item @external
      usd(times: Int = 1): String @requires(fields: "price(currency: USD)")
      eur(times: Int = 1): String @requires(fields: "price(currency: EUR)")
      any: String @requires(fields: "price")
      bad: String @requires(fields: "price(currency: BAD)")
      both: String @requires(fields: "prices(currencies: [USD, EUR]) name")
      talk: String @requires(fields: "comments(limit: 2) { text(max: 3) likes }")
      chat: String @requires(fields: "comments(limit: 2) { text(max: 1) }")
      low: String @requires(fields: "maker { tax(rate: 1) }")
      high: String @requires(fields: "maker { tax(rate: 9) }")
      deal: String @requires(fields: "partner { price(currency: USD) }")
      swap: String @requires(fields: "partner { price(currency: EUR) ... on Gift { wrap(red: true) } }")
      upper: String @requires(fields: "name")
      free: String
    }
    type Comment { text(max: Int = 99): String @external likes: Int @external }
    type Maker @shareable { tax(rate: Int!): Int @external name: String }`,
}

type Currency = keyof typeof RATES
type Product = { id: string; __typename?: string }
type Sent = Record<string, unknown> & { id: string }

const RATES = { GBP: 1, USD: 10, EUR: 100, BAD: 0 }

function price({ id }: Product, { currency }: { currency: Currency }): number {
  if (currency === 'BAD') throw new Error('no such price')
  return Number(id) * RATES[currency]
}

const product = (id: string) => ({ __typename: 'Product', id })
const echo = (parent: Sent) => JSON.stringify(parent['price'])

/** Records what was sent to `shipping`, and the log of mutations. */
export function openShop(): { run: Run; sent: string[]; logged: string[] } {
  const sent: string[] = []
  const logged: string[] = []
  const catalog: Resolvers = {
    Query: {
      products: () => ['1', '2'].map(product),
      products2: () => [product('3')],
      items: () => [product('1'), { __typename: 'Gift', id: '5' }],
    },
    Mutation: { log: (_: never, { text }: { text: string }) => (logged.push(text), product('7')) },
    Item: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
    Product: {
      __resolveReference: ({ id }: Product) => product(id),
      name: ({ id }: Product) => `p${id}`,
      client_id: ({ id }: Product) => `client ${id}`,
      price,
      prices: (parent: Product, { currencies }: { currencies: Currency[] }) =>
        currencies.map((currency) => price(parent, { currency })),
      comments: (_: never, { limit }: { limit: number }) => ['first', 'second', 'third'].slice(0, limit),
      maker: () => ({}),
      partner: ({ id }: Product) => (id === '1' ? { __typename: 'Gift', id: '5' } : product('8')),
    },
    Gift: { price, wrap: (_: never, { red }: { red: boolean }) => (red ? 'red' : 'blue') },
    Comment: { text: (text: string, { max }: { max: number }) => text.slice(0, max), likes: () => 3 },
    Maker: { tax: (_: never, { rate }: { rate: number }) => rate, name: () => 'maker' },
  }
  const shipping: Resolvers = {
    Product: {
      usd: (parent: Sent, { times }: { times: number }) => echo(parent).repeat(times),
      eur: (parent: Sent, { times }: { times: number }) => echo(parent).repeat(times),
      any: echo,
      bad: echo,
      both: ({ prices, name }: Sent) => JSON.stringify([prices, name]),
      talk: ({ comments }: Sent) => JSON.stringify(comments),
      chat: ({ comments }: Sent) => (comments as { text: string }[]).map(({ text }) => text).join(),
      deal: ({ partner }: Sent) => JSON.stringify(partner),
      swap: ({ partner }: Sent) => JSON.stringify(partner),
      low: ({ maker }: Sent) => JSON.stringify(maker),
      high: ({ maker }: Sent) => JSON.stringify(maker),
      upper: ({ name }: Sent) => String(name).toUpperCase(),
      free: () => 'free',
    },
  }
  const requestSubgraph = subgraphs(SDL, { catalog, shipping })
  const run = engineOver(compose(SDL), (request) => {
    if (request.subgraph === 'shipping') sent.push(request.body)
    return requestSubgraph(request)
  })
  return { run, sent, logged }
}
