/** A shop in four subgraphs, in the style of the Guild's gateway benchmark. Names, data and text are our own. */
const LINK = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires", "@composeDirective"])
  @link(url: "https://tessera.example/cacheControl/v1.0", import: ["@cacheControl", "CacheControlScope"])
  @composeDirective(name: "@cacheControl")
directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT
enum CacheControlScope { PUBLIC PRIVATE }
`
/** Every field may be cached and shared. */
const SHARED = '@cacheControl(maxAge: 300, scope: PUBLIC)'

export const USERS = `${LINK}
type Query { users: [User!]! ${SHARED} }
type User @key(fields: "id") ${SHARED} { id: ID! name: String! username: String! birthday: String! }`

export const PRODUCTS = `${LINK}
type Query { topProducts: [Product!]! ${SHARED} }
type Product @key(fields: "upc") ${SHARED} { upc: ID! name: String! price: Int! weight: Int! }`

export const INVENTORY = `${LINK}
type Product @key(fields: "upc") ${SHARED} {
  upc: ID!
  price: Int! @external
  weight: Int! @external
  inStock: Boolean!
  shippingEstimate: Int! @requires(fields: "price weight")
}`

export const REVIEWS = `${LINK}
type Review { id: ID! body: String! author: User! product: Product! }
type User @key(fields: "id") ${SHARED} { id: ID! reviews: [Review!]! }
type Product @key(fields: "upc") ${SHARED} { upc: ID! reviews: [Review!]! }`

/**
 * The operation goes from people to the products they reviewed, to the other reviewers, to their reviews; then again
 * from products.
 */
export const GUILD = /* GraphQL */ `
  fragment Person on User {
    id
    name
    username
  }
  fragment Words on Review {
    id
    body
  }
  fragment Thing on Product {
    upc
    name
    price
    weight
    inStock
    shippingEstimate
  }
  query Guild {
    users {
      ...Person
      reviews {
        ...Words
        product {
          ...Thing
          reviews {
            ...Words
            author {
              ...Person
              reviews {
                ...Words
                product {
                  ...Thing
                }
              }
            }
          }
        }
      }
    }
    topProducts {
      ...Thing
      reviews {
        ...Words
        author {
          ...Person
          reviews {
            ...Words
            product {
              ...Thing
            }
          }
        }
      }
    }
  }
`
