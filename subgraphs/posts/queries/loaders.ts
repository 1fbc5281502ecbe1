import DataLoader from 'dataloader'
import type { Uuid } from '../../../contracts/ids.ts'
import { connectionLoader } from '../../../patterns/pagination/index.ts'
import type { Reader } from '../../../platform/postgres/database.ts'
import type { RequestAuthors } from '../authors/request-authors.ts'
import {
  EDITS,
  LIKED_POSTS,
  LIKERS,
  POST_COLUMNS,
  REPLIES,
  USER_POSTS,
  type EditRow,
  type LikedRow,
  type LikerRow,
  type PostRow,
} from './lists.ts'

export type Loaders = ReturnType<typeof createLoaders>

const POSTS = {
  name: 'posts',
  text: `select ${POST_COLUMNS} from post where id = any($1::uuid[]) and deleted_at is null`,
}

const POST_COUNTS = {
  name: 'post-counts',
  text: 'select author_id, post_count from author_count where author_id = any($1::uuid[])',
}

const LIKED = {
  name: 'liked',
  text: 'select post_id from post_like where post_id = any($1::uuid[]) and user_id = $2::uuid',
}

/** Each loader runs one statement for all posts or users of a request. */
export function createLoaders(reader: Reader, viewer: Uuid | null, authors: RequestAuthors) {
  const pages = reader.keyed('parent_id')
  return {
    userPosts: connectionLoader<PostRow>(pages, USER_POSTS),
    replies: connectionLoader<PostRow>(pages, REPLIES),
    likers: connectionLoader<LikerRow>(pages, LIKERS),
    likedPosts: connectionLoader<LikedRow>(pages, LIKED_POSTS),
    edits: connectionLoader<EditRow>(pages, EDITS),
    /** Null if the copy does not have the user. */
    authors: authors.loader(),
    /** Null for an unknown or deleted post. */
    posts: new DataLoader<Uuid, PostRow | null>(async (posts) => {
      const rows = await reader.keyed('id').query<PostRow>(POSTS, [posts])
      const found = new Map(rows.map((row) => [row.id, row]))
      return posts.map((post) => found.get(post) ?? null)
    }),
    postCounts: new DataLoader<Uuid, number>(async (users) => {
      const rows = await reader
        .keyed('author_id')
        .query<{ author_id: Uuid; post_count: number }>(POST_COUNTS, [users])
      const found = new Map(rows.map((row) => [row.author_id, row.post_count]))
      return users.map((user) => found.get(user) ?? 0)
    }),
    /** Whether the viewer likes a post. */
    liked: new DataLoader<Uuid, boolean>(async (posts) => {
      const rows = await reader.keyed('post_id').query<{ post_id: Uuid }>(LIKED, [posts, viewer])
      const found = new Set(rows.map((row) => row.post_id))
      return posts.map((post) => found.has(post))
    }),
  }
}
