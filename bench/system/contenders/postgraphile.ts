import { z } from 'zod'
import { freePort } from '../../../platform/ports.ts'
import type { Contender, Page } from '../contender.ts'
import { startProgram } from '../program.ts'

/** The profile page in PostGraphile's schema. */
const QUERY = /* GraphQL */ `
  query Profile($handle: String!) {
    userByHandle(handle: $handle) {
      rowId
      handle
      name
      bio
      followCount {
        followerCount
        followingCount
      }
      posts(first: 10, orderBy: [CREATED_AT_DESC, ROW_ID_DESC]) {
        rowId
        text
        createdAt
        likeCount
        author {
          handle
          name
        }
      }
      followers(first: 5, orderBy: [FOLLOWED_AT_DESC, FOLLOWER_ID_DESC]) {
        follower {
          handle
          name
        }
      }
    }
  }
`

const Person = z.object({ handle: z.string(), name: z.string() })
const Data = z.object({
  userByHandle: z.object({
    rowId: z.uuid(),
    handle: z.string(),
    name: z.string(),
    bio: z.string(),
    followCount: z.object({ followerCount: z.number(), followingCount: z.number() }),
    posts: z.array(
      z.object({
        rowId: z.uuid(),
        text: z.string(),
        createdAt: z.string(),
        likeCount: z.number(),
        author: Person,
      }),
    ),
    followers: z.array(z.object({ follower: Person })),
  }),
})

/** Starts PostGraphile: one process on one database that contains everything. */
export async function startPostgraphile(databaseUrl: string): Promise<Contender> {
  const port = await freePort()
  const program = await startProgram('postgraphile.js', [databaseUrl, String(port)])
  return {
    name: 'postgraphile',
    url: `http://127.0.0.1:${port}/graphql`,
    servers: { postgraphile: program.pid },
    databases: [new URL(databaseUrl).pathname.slice(1)],
    body: (handle) => JSON.stringify({ query: QUERY, variables: { handle } }),
    read: readPage,
    [Symbol.asyncDispose]: () => program[Symbol.asyncDispose](),
  }
}

function readPage(data: unknown): Page {
  const { rowId, followCount, posts, followers, ...user } = Data.parse(data).userByHandle
  return {
    ...user,
    ...followCount,
    id: rowId,
    posts: posts.map(({ rowId: id, createdAt, ...post }) => ({
      ...post,
      id,
      createdAt: Date.parse(createdAt),
    })),
    followers: followers.map(({ follower }) => follower),
  }
}
