import type { SubgraphDefinition } from './subgraph.ts'

/** A graph that is not Tessera's: products, and reviews in a second subgraph. */
export const products: SubgraphDefinition = {
  name: 'products',
  sdl: `
    type Query { products: [Product!]! product(id: ID!): Product boom: String coded: String headers: String }
    type Mutation { rename(id: ID!, name: String!): Product }
    type Product @key(fields: "id") { id: ID! name: String! }
  `,
  resolvers: {
    Query: {
      products: () => [
        { id: '1', name: 'Table' },
        { id: '2', name: 'Chair' },
      ],
      product: (_: unknown, { id }: { id: string }) => ({ id, name: 'Table' }),
      boom: () => {
        throw new Error('connect ECONNREFUSED 10.0.0.3:5432')
      },
      headers: (_: unknown, __: unknown, { headers }: { headers: object }) => JSON.stringify(headers),
    },
    Mutation: { rename: (_: unknown, { id, name }: { id: string; name: string }) => ({ id, name }) },
    Product: { __resolveReference: ({ id }: { id: string }) => ({ id, name: 'Table' }) },
  },
}

export const reviews: SubgraphDefinition = {
  name: 'reviews',
  sdl: `
    type Query { latest: Review }
    type Product @key(fields: "id") { id: ID! reviews: [Review] reviewCount: Int }
    type Review { stars: Int product: Product }
  `,
  resolvers: {
    Query: { latest: () => ({ stars: 5, product: { id: '1' } }) },
    Product: {
      __resolveReference: ({ id }: { id: string }) => ({ id }),
      reviews: () => [{ stars: 4 }],
      reviewCount: () => 1,
    },
  },
}
