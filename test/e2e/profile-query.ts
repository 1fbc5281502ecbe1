/** The profile page, as the README shows it. */
export { DEFAULT_QUERY as PROFILE } from '../../gateway/http/default-query.ts'

export type Profile = {
  user: {
    id: string
    handle: string
    name: string
    bio: string
    followerCount: number | null
    followingCount: number | null
    posts: { nodes: { id: string; text: string; author: { handle: string; name: string } | null }[] } | null
    followers: { nodes: ({ handle: string; name: string } | null)[] } | null
  } | null
}
