/**
 * A facet is one subgraph's view of one entity, or of a look-up by another key: what an event says that it changed, and
 * what an answer says that it was made from. Ids are global.
 */
export const facets = {
  user: (id: string) => `users:User:${id}`,
  /** Whoever has the handle, or nobody. */
  handle: (handle: string) => `users:handle:${handle}`,
  post: (id: string) => `posts:Post:${id}`,
  /**
   * What posts shows of a user: their posts, how many they are, and the handle and name that posts copies of them. So it is a
   * facet of each response that shows these: as the author of a post, or by a mention in a text.
   */
  author: (userId: string) => `posts:User:${userId}`,
  /** Whom a user follows and blocks, who follows them, and how many. */
  relations: (userId: string) => `followers:User:${userId}`,
} as const
