/** What an explorer shows first: an operation, and its variables as JSON. */
export type Explorer = { query: string; variables: string }

/** What the explorers show first. Works on the seeded graph: a person, their posts, their followers. */
export const DEFAULT_QUERY = `query Profile($handle: String!) {
  user(handle: $handle) {
    id handle name bio followerCount followingCount
    posts(first: 10) { nodes { id text createdAt likeCount author { handle name } } }
    followers(first: 5) { nodes { handle name } }
  }
}`

export const DEFAULT_VARIABLES = '{ "handle": "alice" }'
