/** The profile page, as the README shows it. */
export const PROFILE = /* GraphQL */ `
  query Profile($handle: String!) {
    user(handle: $handle) {
      id
      handle
      name
      bio
      followerCount
      followingCount
      posts(first: 10) {
        nodes {
          id
          text
          createdAt
          likeCount
          author {
            handle
            name
          }
        }
      }
      followers(first: 5) {
        nodes {
          handle
          name
        }
      }
    }
  }
`

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
