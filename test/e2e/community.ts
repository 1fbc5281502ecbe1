import { gqlData, signUpUser, type RequestOptions, type SignedUpUser } from '../support/client.ts'

/** Signs people up who post once each, and follow and like as told, all through the public API. */
export type Community = { star: SignedUpUser; fans: SignedUpUser[]; postIds: string[] }

const POST = `mutation ($text: String!) {
  createPost(input: { text: $text }) { __typename ... on CreatePostSuccess { post { id } } }
}`
const FOLLOW = `mutation ($userId: ID!) { follow(input: { userId: $userId }) { __typename } }`

/** A star with `posts` posts, followed by `fans` people. */
export async function makeCommunity(
  fans: number,
  posts: number,
  options: RequestOptions = {},
): Promise<Community> {
  const star = await signUpUser('star', options)
  const followers = await Promise.all(Array.from({ length: fans }, () => signUpUser('fan', options)))
  const postIds: string[] = []
  for (let i = 0; i < posts; i++) {
    const { createPost } = await gqlData<{ createPost: { post: { id: string } } }>(
      POST,
      { text: `post number ${i}` },
      { ...options, token: star.token },
    )
    postIds.push(createPost.post.id)
  }
  for (const fan of followers) await gqlData(FOLLOW, { userId: star.id }, { ...options, token: fan.token })
  return { star, fans: followers, postIds }
}
