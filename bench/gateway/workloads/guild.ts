import { GUILD_FACETS } from './facet-tables.ts'
import { GUILD, INVENTORY, PRODUCTS, REVIEWS, USERS } from './guild-schemas.ts'
import { estimateShipping, makeShop } from './guild-shop.ts'
import type { Workload } from './workload.ts'

type Represented = { upc: string; price: number; weight: number }

/** A shop in the style of the Guild's gateway benchmark: 16 fetches, with many representations of few entities. */
export function guildWorkload(): Workload {
  const shop = makeShop()
  const users = new Map(shop.users.map((user) => [user.id, user]))
  const products = new Map(shop.products.map((product) => [product.upc, product]))
  const User = { __resolveReference: ({ id }: { id: string }) => users.get(id) ?? null }
  const Product = { __resolveReference: ({ upc }: { upc: string }) => products.get(upc) ?? null }
  const Stocked = {
    __resolveReference: ({ upc, ...required }: Represented) => ({ ...products.get(upc), ...required }),
    shippingEstimate: (required: Represented) => estimateShipping(required),
  }
  const usersQuery = { users: () => shop.users }
  const productsQuery = { topProducts: () => shop.topProducts }
  return {
    name: 'guild',
    subgraphs: [
      { name: 'users', sdl: USERS, resolvers: { Query: usersQuery, User }, facetTable: GUILD_FACETS.users },
      {
        name: 'products',
        sdl: PRODUCTS,
        resolvers: { Query: productsQuery, Product },
        facetTable: GUILD_FACETS.products,
      },
      {
        name: 'inventory',
        sdl: INVENTORY,
        resolvers: { Product: Stocked },
        facetTable: GUILD_FACETS.inventory,
      },
      { name: 'reviews', sdl: REVIEWS, resolvers: { User, Product }, facetTable: GUILD_FACETS.reviews },
    ],
    query: GUILD,
    variables: [{}],
    rootValue: { ...usersQuery, ...productsQuery },
  }
}
