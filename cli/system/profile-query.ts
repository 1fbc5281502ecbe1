/** The query that shows what the graph can do: a person, their posts, their followers. */
export const PROFILE_QUERY = `query Profile($handle: String!) {
  user(handle: $handle) {
    id handle name bio followerCount followingCount
    posts(first: 10) { nodes { id text createdAt likeCount author { handle name } } }
    followers(first: 5) { nodes { handle name } }
  }
}`
