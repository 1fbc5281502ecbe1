import { facets } from '../../../contracts/facets.ts'
import type { FacetTable } from '../../../service/graphql/report-facets.ts'

type Entity = { id: string }

/** The facets of the profile page's subgraphs, as those of our own services report them. */
export const PROFILE_FACETS = {
  users: {
    types: { User: { ofId: (id) => [facets.user(id)], ofValue: ({ id }: Entity) => [facets.user(id)] } },
    fields: { 'Query.user': ({ handle }: { handle: string }) => [facets.handle(handle)] },
  },
  posts: {
    types: {
      User: { ofId: (id) => [facets.author(id)], ofValue: ({ id }: Entity) => [facets.author(id)] },
      Post: { ofValue: ({ id }: Entity) => [facets.post(id)] },
    },
    fields: {},
  },
  followers: {
    types: {
      User: { ofId: (id) => [facets.relations(id)], ofFields: ({ id }: Entity) => [facets.relations(id)] },
    },
    fields: {},
  },
} as const satisfies Record<string, FacetTable>

const ofId = (subgraph: string, type: string) => ({
  ofValue: ({ id }: Entity) => [`${subgraph}:${type}:${id}`],
})
const products = (subgraph: string) => ({
  ofValue: ({ upc }: { upc: string }) => [`${subgraph}:Product:${upc}`],
})

/** The facets of the shop's subgraphs: one for each entity, and one for each list of all of them. */
export const GUILD_FACETS = {
  users: { types: { User: ofId('users', 'User') }, fields: { 'Query.users': () => ['users:all'] } },
  products: {
    types: { Product: products('products') },
    fields: { 'Query.topProducts': () => ['products:top'] },
  },
  inventory: { types: { Product: products('inventory') }, fields: {} },
  reviews: {
    types: {
      User: ofId('reviews', 'User'),
      Review: ofId('reviews', 'Review'),
      Product: products('reviews'),
    },
    fields: {},
  },
} as const satisfies Record<string, FacetTable>
