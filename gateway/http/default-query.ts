import { readFileSync } from 'node:fs'

type ExplorerTab = { query: string; variables: object }

/** The content of the explorers. */
export type Explorer = {
  tabs: readonly [ExplorerTab, ...ExplorerTab[]]
  /** Whether a mutation of the API returns `session { accessToken }`: GraphiQL then sends this token. */
  signIn: boolean
}

/** The text of a trusted operation, without comments. */
function readOperation(file: string): string {
  const text = readFileSync(new URL(`../../schema/operations/${file}`, import.meta.url), 'utf8')
  return text.replaceAll(/^#.*\n/gm, '').trim()
}

/** A profile page: a person, their posts, their followers. Works on the seeded graph. */
export const DEFAULT_QUERY = readOperation('profile.graphql')

export const CREATE_POST = readOperation('create-post.graphql')

const SIGN_IN = `# Later requests of this page carry the access token.
${readOperation('sign-in.graphql')}`

/** The tabs of GraphiQL. Apollo Sandbox shows the first one. */
export const EXPLORER_TABS: readonly [ExplorerTab, ...ExplorerTab[]] = [
  { query: DEFAULT_QUERY, variables: { handle: 'alice' } },
  // The password of the demo users: local/seed/seed.ts.
  { query: SIGN_IN, variables: { input: { handle: 'alice', password: 'tessera-demo' } } },
  { query: `# Sign in first.\n${CREATE_POST}`, variables: { input: { text: 'Hello from GraphiQL' } } },
]
