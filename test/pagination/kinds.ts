import type { ListKind } from './open-list.ts'

const POST_KEY = 'insert into post (id, author_id, reply_to_id, text, created_at)'

/** Every list of the graph that is paged by a time, ties included, or by a number. `$1` is the list's owner. */
export const KINDS: readonly ListKind[] = [
  {
    name: 'User.posts',
    service: 'posts',
    owner: 'User',
    node: 'post',
    order: 'desc',
    insert: `${POST_KEY} select key::uuid, $1, null, 'x', at from unnest($2::text[], $3::timestamptz[]) as t (key, at)`,
    remove: 'delete from post where author_id = $1 and id = $2::uuid',
  },
  {
    name: 'Post.replies',
    service: 'posts',
    owner: 'Post',
    node: 'post',
    order: 'asc',
    insert: `${POST_KEY} select key::uuid, $1, $1, 'x', at from unnest($2::text[], $3::timestamptz[]) as t (key, at)`,
    remove: 'delete from post where reply_to_id = $1 and id = $2::uuid',
  },
  {
    name: 'Post.likers',
    service: 'posts',
    owner: 'Post',
    node: 'user',
    order: 'desc',
    insert: `insert into post_like (post_id, user_id, liked_at)
      select $1, key::uuid, at from unnest($2::text[], $3::timestamptz[]) as t (key, at)`,
    remove: 'delete from post_like where post_id = $1 and user_id = $2::uuid',
  },
  {
    name: 'Post.edits',
    service: 'posts',
    owner: 'Post',
    node: 'version',
    order: 'desc',
    insert: `insert into post_edit (post_id, version, text, replaced_at)
      select $1, key::integer, 'x', at from unnest($2::text[], $3::timestamptz[]) as t (key, at)`,
    remove: 'delete from post_edit where post_id = $1 and version = $2::integer',
  },
  {
    name: 'User.followers',
    service: 'followers',
    owner: 'User',
    node: 'user',
    order: 'desc',
    insert: `insert into follow_period (followee_id, follower_id, began_at)
      select $1, key::uuid, at from unnest($2::text[], $3::timestamptz[]) as t (key, at)`,
    remove: 'delete from follow_period where followee_id = $1 and follower_id = $2::uuid',
  },
  {
    name: 'User.following',
    service: 'followers',
    owner: 'User',
    node: 'user',
    order: 'desc',
    insert: `insert into follow_period (follower_id, followee_id, began_at)
      select $1, key::uuid, at from unnest($2::text[], $3::timestamptz[]) as t (key, at)`,
    remove: 'delete from follow_period where follower_id = $1 and followee_id = $2::uuid',
  },
]
