/** The pages that readers ask for. */
export const PAGES = ['profile', 'user', 'post', 'likers'] as const
export type PageName = (typeof PAGES)[number]

type Users = { nodes: ({ id: string } | null)[] }

/** What readers see of a page. A field is absent if the page does not have it. */
export type Page = {
  user?: {
    id: string
    handle: string
    bio?: string
    postCount?: number
    followerCount?: number
    followingCount?: number
    posts?: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean } }
    followers?: Users
    viewerFollows?: boolean | null
    followsViewer?: boolean | null
    viewerBlocks?: boolean | null
  } | null
  post?: {
    id: string
    text: string
    likeCount: number
    likers?: Users
    viewerHasLiked?: boolean | null
  } | null
}

const FIELDS: Readonly<Record<PageName, string>> = {
  profile: `handle name bio version postCount followerCount followingCount
    posts(first: 10) { nodes { id text likeCount replyCount author { handle name } } pageInfo { hasNextPage } }
    followers(first: 100) { nodes { id handle } }`,
  user: 'handle bio version followerCount',
  post: 'text version likeCount author { handle name } mentions { nodes { handle } }',
  likers: 'text likeCount likers(first: 100) { nodes { id handle } } edits(first: 3) { nodes { text } }',
}

const PERSONAL = {
  user: 'viewerFollows followsViewer viewerBlocks',
  post: 'viewerHasLiked',
}

/** Texts are always the same, because a cache finds a response by its query. */
function textOf(page: PageName, personal: boolean): string {
  const root = page === 'post' || page === 'likers' ? 'post' : 'user'
  const own = personal ? PERSONAL[root] : ''
  return root === 'post'
    ? `query ($key: ID!) { post(id: $key) { id ${own} ${FIELDS[page]} } }`
    : `query ($key: String!) { user(handle: $key) { id ${own} ${FIELDS[page]} } }`
}

/** @param personal whether the page shows what is the viewer's own */
export function queryOf(page: PageName, personal: boolean): string {
  return QUERIES[page][personal ? 1 : 0]
}

const both = (page: PageName) => [textOf(page, false), textOf(page, true)] as const

const QUERIES = {
  profile: both('profile'),
  user: both('user'),
  post: both('post'),
  likers: both('likers'),
} satisfies Record<PageName, readonly string[]>
