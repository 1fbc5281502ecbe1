import type { KeysetList } from '../../../patterns/pagination/index.ts'
import type { Mention } from '../domain/mentions.ts'

/** A post as the API shows it. Deleted posts are never read. */
export type PostRow = {
  id: string
  author_id: string
  reply_to_id: string | null
  text: string
  /** Null: nobody. */
  mentions: Mention[] | null
  version: number
  created_at: Date
  edited_at: Date | null
  like_count: number
  reply_count: number
}
export type LikerRow = { user_id: string; liked_at: Date }
export type LikedRow = PostRow & { liked_at: Date }
export type EditRow = Pick<PostRow, 'version' | 'text' | 'mentions'> & { replaced_at: Date }

/** Selects posts of a user. The values of `PostFilter` in the API. */
export type PostFilter = 'ALL' | 'POSTS' | 'REPLIES'

/** Select list of a `PostRow`. */
export const POST_COLUMNS = `post.id, post.author_id, post.reply_to_id, post.text, post.mentions, post.version,
  post.created_at, post.edited_at, post.like_count, post.reply_count`

const POST_KEY = [
  { column: 'post.created_at', type: 'timestamptz' },
  { column: 'post.id', type: 'uuid' },
] as const

/** Posts of a user, newest first. `$3` is the filter. */
export const USER_POSTS: KeysetList = {
  name: 'User.posts',
  select: POST_COLUMNS,
  from: 'post',
  where: `post.author_id = parent.id and post.deleted_at is null
    and ($3::text = 'ALL' or (post.reply_to_id is not null) = ($3::text = 'REPLIES'))`,
  key: POST_KEY,
  order: 'desc',
  extras: 1,
}

/** Replies to a post, oldest first. */
export const REPLIES: KeysetList = {
  name: 'Post.replies',
  select: POST_COLUMNS,
  from: 'post',
  where: 'post.reply_to_id = parent.id and post.deleted_at is null',
  key: POST_KEY,
  order: 'asc',
}

/** Likes of a post, latest first. */
export const LIKERS: KeysetList = {
  name: 'Post.likers',
  select: 'post_like.user_id, post_like.liked_at',
  from: 'post_like',
  where: 'post_like.post_id = parent.id',
  key: [
    { column: 'post_like.liked_at', type: 'timestamptz' },
    { column: 'post_like.user_id', type: 'uuid' },
  ],
  order: 'desc',
}

/** Posts that a user likes, latest like first. */
export const LIKED_POSTS: KeysetList = {
  name: 'Viewer.likedPosts',
  select: `${POST_COLUMNS}, post_like.liked_at`,
  from: 'post_like join post on post.id = post_like.post_id',
  where: 'post_like.user_id = parent.id and post.deleted_at is null',
  key: [
    { column: 'post_like.liked_at', type: 'timestamptz' },
    { column: 'post_like.post_id', type: 'uuid' },
  ],
  order: 'desc',
}

/** Earlier texts of a post, latest first. */
export const EDITS: KeysetList = {
  name: 'Post.edits',
  select: 'post_edit.version, post_edit.text, post_edit.mentions, post_edit.replaced_at',
  from: 'post_edit',
  where: 'post_edit.post_id = parent.id',
  key: [{ column: 'post_edit.version', type: 'integer' }],
  order: 'desc',
}
