import type { Client } from 'pg'
import type { PostsFold } from './fold.ts'

/** The posts that there are, as the tables have them; and the counts beside them that are wrong. */
export async function readPosts(database: Pick<Client, 'query'>) {
  const { rows } = await database.query<{
    id: string
    author: string
    reply_to: string | null
    text: string
    version: number
    likes: string[]
  }>(
    `select id, author_id as author, reply_to_id as reply_to, text, version,
            array(select user_id::text from post_like where post_id = id) as likes
     from post where deleted_at is null`,
  )
  const posts: PostsFold = new Map(
    rows.map(({ id, reply_to: replyTo, likes, ...post }) => [
      id,
      { ...post, replyTo, likes: new Set(likes) },
    ]),
  )
  const wrong = await database.query(
    `select 'likes', id::text from post p where deleted_at is null
       and like_count <> (select count(*) from post_like where post_id = p.id)
     union all
     select 'replies', id::text from post p where deleted_at is null
       and reply_count <> (select count(*) from post where reply_to_id = p.id and deleted_at is null)
     union all
     select 'posts', author_id::text from author_count c
       where post_count <> (select count(*) from post where author_id = c.author_id and deleted_at is null)`,
  )
  return { posts, wrong: wrong.rows }
}

/** `follow a b`, `block a b` and `request a b`; and the counts that are wrong. */
export async function readRelations(database: Pick<Client, 'query'>) {
  const { rows } = await database.query<{ edge: string }>(
    `select concat_ws(' ', 'follow', follower_id, followee_id) as edge from follow_period where ended_at is null
     union all select concat_ws(' ', 'block', blocker_id, blocked_id) from block
     union all select concat_ws(' ', 'request', follower_id, followee_id) from follow_request`,
  )
  const wrong = await database.query(
    `select user_id from follow_count c
     where follower_count <> (select count(*) from follow_period where followee_id = c.user_id and ended_at is null)
        or following_count <> (select count(*) from follow_period where follower_id = c.user_id and ended_at is null)`,
  )
  return { edges: new Set(rows.map(({ edge }) => edge)), wrong: wrong.rows }
}

/** Number of requests that users has not decided yet. */
export async function countRequests(database: Pick<Client, 'query'>): Promise<number> {
  return (await database.query('select from follow_request')).rows.length
}
