/**
 * A facet is one subgraph's view of one entity, or of a lookup by another key. An event lists the facets that it changed, and
 * a response those that it rests on. Ids are global.
 */
export const facets = {
  user: (id: string) => `users:User:${id}`,
  /** The lookup of a user by handle. */
  handle: (handle: string) => `users:handle:${handle}`,
  /** The requests to follow a user that wait for the user's decision. */
  followRequests: (userId: string) => `users:Viewer:${userId}`,
  post: (id: string) => `posts:Post:${id}`,
  /**
   * The data of a user in posts: their posts, the count of posts, and the copied handle and name. Every response that shows
   * one of these has this facet, whether the user is the author of a post or is mentioned in a text.
   */
  author: (userId: string) => `posts:User:${userId}`,
  /** Which posts a user likes. */
  likes: (userId: string) => `posts:Viewer:${userId}`,
  /** A user's follows, followers, blocks and their counts. */
  relations: (userId: string) => `followers:User:${userId}`,
} as const

/** Request header of a gateway that caches: the response then lists its facets. */
export const FACETS_HEADER = 'tessera-facets'

/** The `extensions` of such a response. For entities, one list for each representation; otherwise one list. */
export type FacetExtensions = { facets?: readonly (readonly string[])[] }
