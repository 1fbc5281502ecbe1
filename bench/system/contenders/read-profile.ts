import { z } from 'zod'
import type { Page } from '../contender.ts'

const Person = z.object({ handle: z.string(), name: z.string() })
const Profile = z.object({
  user: z.object({
    id: z.string(),
    handle: z.string(),
    name: z.string(),
    bio: z.string(),
    followerCount: z.number(),
    followingCount: z.number(),
    posts: z.object({
      nodes: z.array(
        z.object({
          id: z.string(),
          text: z.string(),
          createdAt: z.string(),
          likeCount: z.number(),
          author: Person,
        }),
      ),
    }),
    followers: z.object({ nodes: z.array(Person) }),
  }),
})

/** Converts the response to the profile query to the common form. @param uuidOf returns the row's uuid for a global id */
export function readProfile(data: unknown, uuidOf: (id: string) => string): Page {
  const { posts, followers, id, ...user } = Profile.parse(data).user
  return {
    ...user,
    id: uuidOf(id),
    posts: posts.nodes.map((post) => ({
      ...post,
      id: uuidOf(post.id),
      createdAt: Date.parse(post.createdAt),
    })),
    followers: followers.nodes,
  }
}
