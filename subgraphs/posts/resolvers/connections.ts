import { presentConnection, type Connection } from '../../../patterns/pagination/index.ts'
import type { Uuid } from '../../../contracts/ids.ts'
import type { EditRow, LikedRow, LikerRow, PostRow } from '../queries/lists.ts'

export function presentPosts(posts: Connection<PostRow>) {
  return presentConnection(posts, (post) => ({ node: post }))
}

export function presentLiked(posts: Connection<LikedRow>) {
  return presentConnection(posts, ({ liked_at, ...post }) => ({ likedAt: liked_at, node: post }))
}

export function presentMentioned(users: Connection<Uuid>) {
  return presentConnection(users, (id) => ({ node: { id } }))
}

export function presentLikers(likers: Connection<LikerRow>) {
  return presentConnection(likers, (liker) => ({ likedAt: liker.liked_at, node: { id: liker.user_id } }))
}

export function presentEdits(edits: Connection<EditRow>) {
  return presentConnection(edits, ({ replaced_at, ...edit }) => ({
    node: { ...edit, replacedAt: replaced_at },
  }))
}
