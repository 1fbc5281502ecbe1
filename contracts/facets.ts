/**
 * A facet is one subgraph's view of one entity, or of a look-up by another key: what an event says that it changed, and
 * what an answer says that it was made from. Ids are global.
 */
export const facets = {
  user: (id: string) => `users:User:${id}`,
  /** Whoever has the handle, or nobody. */
  handle: (handle: string) => `users:handle:${handle}`,
  post: (id: string) => `posts:Post:${id}`,
  /** The posts of a user, and how many they are. */
  author: (userId: string) => `posts:User:${userId}`,
  /** Whom a user follows and blocks, who follows them, and how many. */
  relations: (userId: string) => `followers:User:${userId}`,
} as const
