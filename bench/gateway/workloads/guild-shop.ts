import { createRandom } from '../../../local/seed/random.ts'
import { words } from './words.ts'

/**
 * Number of reviews that each person (row) wrote of each product (column). Chosen so that the operation sends 465
 * representations, of which 27 are distinct within their fetch, as in the Guild's benchmark.
 */
const REVIEWS = [
  [1, 0],
  [0, 3],
  [2, 0],
  [0, 3],
] as const
const PRODUCTS = 2
const TOP_PRODUCTS = 1
/** Number of words per review. It makes the response as large as that of the Guild's operation, 87 kB. */
const WORDS_OF_REVIEW = 47

export type Product = {
  __typename: 'Product'
  upc: string
  name: string
  price: number
  weight: number
  inStock: boolean
  shippingEstimate: number
  reviews: Review[]
}
export type User = {
  __typename: 'User'
  id: string
  name: string
  username: string
  birthday: string
  reviews: Review[]
}
type Review = { __typename: 'Review'; id: string; body: string; author: User; product: Product }

export type Shop = { users: User[]; products: Product[]; topProducts: Product[] }

/** Creates four people, two products and nine reviews. The result is always the same. */
export function makeShop(): Shop {
  const random = createRandom(1, 'shop of the benchmark')
  const products = Array.from({ length: PRODUCTS }, (_, i): Product => {
    const [price, weight] = [random.below(2_000), random.below(1_500)]
    const name = words(random, 2)
    const shippingEstimate = estimateShipping({ price, weight })
    const upc = `upc-${i + 1}`
    return {
      __typename: 'Product',
      upc,
      name,
      price,
      weight,
      inStock: i === 0,
      shippingEstimate,
      reviews: [],
    }
  })
  const users = REVIEWS.map((_, i): User => {
    const name = words(random, 2)
    const [id, birthday] = [`user-${i + 1}`, `19${70 + i}-01-02`]
    return { __typename: 'User', id, name, username: `@${name.replace(' ', '_')}`, birthday, reviews: [] }
  })
  for (const [i, author] of users.entries()) {
    for (const [j, product] of products.entries()) {
      for (let n = 0; n < (REVIEWS[i]?.[j] ?? 0); n++) {
        const [id, body] = [`review-${i + 1}-${j + 1}-${n + 1}`, words(random, WORDS_OF_REVIEW)]
        const review: Review = { __typename: 'Review', id, body, author, product }
        author.reviews.push(review)
        product.reviews.push(review)
      }
    }
  }
  return { users, products, topProducts: products.slice(0, TOP_PRODUCTS) }
}

/** Shipping cost depends on the weight; expensive products ship for free. */
export function estimateShipping({ price, weight }: { price: number; weight: number }): number {
  return price > 1_000 ? 0 : Math.round(weight / 2)
}
