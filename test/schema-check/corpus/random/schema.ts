/** What the random changes start from: each kind of type, used by the others. */
export const BASE = `
directive @live(rate: Int) repeatable on QUERY | FIELD
interface Node { id: ID! }
interface Named implements Node { id: ID!, name(upper: Boolean = false, style: Style): String }
type User implements Named & Node {
  id: ID!
  name(upper: Boolean = false, style: Style): String!
  role: Role!
  bio: String
  posts(first: Int! = 10, filter: Filter): [Post!]!
  best: Post
}
type Post implements Node { id: ID!, title: String!, bio: String, author: User, at: Date, owner: Named }
type Team implements Named & Node { id: ID!, name(upper: Boolean = false, style: Style): String, members: [User], role: Role! }
union Hit = User | Post | Team
enum Role { ADMIN USER GUEST }
enum Style { SHORT LONG }
input Filter { role: Role = USER, text: String!, tags: [String!], and: Filter, styles: [Style!] }
scalar Date
type Query {
  node(id: ID!): Node
  named(style: Style = LONG): Named
  search(text: String!, filter: Filter): [Hit!]!
  user(id: ID!): User
  team: Team
  posts(at: Date, ids: [ID!]): [Post]
}
type Mutation { rename(filter: Filter!, name: String!): User }
`
