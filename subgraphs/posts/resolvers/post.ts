import { formatId, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import { pageOf, type PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'
import { mentionedIn } from '../domain/mentions.ts'
import type { PostRow } from '../queries/lists.ts'
import { showPostText } from '../queries/shown-text.ts'
import { presentEdits, presentLikers, presentMentioned, presentPosts } from './connections.ts'

export const Post = {
  __resolveReference: ({ id }: { id: string }, { loaders }: Context): Promise<PostRow | null> | null => {
    const uuid = parseIdOf('post', id)
    return uuid === null ? null : loaders.posts.load(uuid)
  },
  id: (post: PostRow) => formatId('post', post.id),
  text: (post: PostRow, _: unknown, { loaders }: Context) => showPostText(post, loaders),
  createdAt: (post: PostRow) => post.created_at,
  editedAt: (post: PostRow) => post.edited_at,
  likeCount: (post: PostRow) => post.like_count,
  replyCount: (post: PostRow) => post.reply_count,
  author: (post: PostRow): { id: Uuid } => ({ id: post.author_id }),
  mentions: ({ id, mentions }: PostRow, args: PageArgs) =>
    presentMentioned(pageOf(mentionedIn(mentions), args, `Post.mentions:${id}`)),
  replyTo: (post: PostRow, _: unknown, { loaders }: Context) =>
    post.reply_to_id && loaders.posts.load(post.reply_to_id),
  viewerHasLiked: ({ id }: PostRow, _: unknown, { loaders, viewer }: Context) =>
    viewer && loaders.liked.load(id),
  replies: async ({ id }: PostRow, args: PageArgs, { loaders }: Context) =>
    presentPosts(await loaders.replies(id, args)),
  likers: async ({ id }: PostRow, args: PageArgs, { loaders }: Context) =>
    presentLikers(await loaders.likers(id, args)),
  edits: async ({ id }: PostRow, args: PageArgs, { loaders }: Context) =>
    presentEdits(await loaders.edits(id, args)),
}
