type ExplorerTab = { query: string; variables: object }

/** The content of the explorers. */
export type Explorer = {
  tabs: readonly [ExplorerTab, ...ExplorerTab[]]
  /** Whether a mutation of the API returns `session { accessToken }`: GraphiQL then sends this token. */
  signIn: boolean
}

/** A profile page: a person, their posts, their followers. Works on the seeded graph. */
export const DEFAULT_QUERY = `query Profile($handle: String!) {
  user(handle: $handle) {
    id handle name bio
    followerCount followingCount
    posts(first: 10) {
      nodes { id text createdAt likeCount author { handle name } }
    }
    followers(first: 5) { nodes { handle name } }
  }
}`

const SIGN_IN = `# Later requests of this page carry the access token.
mutation SignIn($input: SignInInput!) {
  signIn(input: $input) {
    ... on SignInSuccess { user { handle name } session { accessToken refreshToken } }
    ... on UserError { code message }
  }
}`

const CREATE_POST = `# Sign in first.
mutation CreatePost($input: CreatePostInput!) {
  createPost(input: $input) {
    ... on CreatePostSuccess { post { id text createdAt author { handle name } } }
    ... on UserError { code message }
  }
}`

/** The tabs of GraphiQL. Apollo Sandbox shows the first one. */
export const EXPLORER_TABS: readonly [ExplorerTab, ...ExplorerTab[]] = [
  { query: DEFAULT_QUERY, variables: { handle: 'alice' } },
  // The password of the demo users: local/seed/seed.ts.
  { query: SIGN_IN, variables: { input: { handle: 'alice', password: 'tessera-demo' } } },
  { query: CREATE_POST, variables: { input: { text: 'Hello from GraphiQL' } } },
]
