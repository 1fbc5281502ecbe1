import { facets } from '../../contracts/facets.ts'
import type { Viewer } from '../../platform/internal-auth.ts'
import { someone, unknownPostId } from '../posts/api.ts'
import type { Writer } from './bed.ts'
import { NOBODY, TIME, type Scenarios } from './scenario.ts'

export const POSTS: Scenarios = {
  async createPost({ posts }) {
    const viewer = someone()
    return {
      writer: posts,
      viewer,
      input: { text: 'Hello' },
      tells: ({ post }) => [
        {
          type: 'post.created',
          key: post?.id ?? '',
          payload: { ...published(viewer, post?.id, 'Hello'), replyToId: null, replyToAuthorId: null },
          touches: [facets.post(post?.id ?? ''), facets.author(viewer.id)],
        },
      ],
      refused: { input: { text: '' } },
    }
  },
  async replyToPost({ posts }) {
    const [viewer, author] = [someone(), someone()]
    const postId = await publish(posts, author)
    return {
      writer: posts,
      viewer,
      input: { postId, text: 'Hello' },
      tells: ({ post }) => [
        {
          type: 'post.created',
          key: post?.id ?? '',
          payload: { ...published(viewer, post?.id, 'Hello'), replyToId: postId, replyToAuthorId: author.id },
          touches: [facets.post(post?.id ?? ''), facets.author(viewer.id), facets.post(postId)],
        },
      ],
      refused: { input: { postId: unknownPostId() } },
    }
  },
  async editPost({ posts }) {
    const viewer = someone()
    const postId = await publish(posts, viewer)
    return {
      writer: posts,
      viewer,
      input: { postId, text: 'Two', expectedVersion: 1 },
      tells: () => [
        {
          type: 'post.edited',
          key: postId,
          payload: { postId, authorId: viewer.id, text: 'Two', mentions: [], version: 2, editedAt: TIME },
          touches: [facets.post(postId)],
        },
      ],
      again: { expectedVersion: 2 },
      refused: {},
    }
  },
  async deletePost({ posts }) {
    const viewer = someone()
    const parent = await publish(posts, someone())
    const { payload } = await posts.send('replyToPost', viewer, { postId: parent, text: 'One' })
    const postId = payload.post?.id ?? ''
    return {
      writer: posts,
      viewer,
      input: { postId },
      tells: () => [
        {
          type: 'post.deleted',
          key: postId,
          payload: { postId, authorId: viewer.id, replyToId: parent, deletedAt: TIME },
          touches: [facets.post(postId), facets.author(viewer.id), facets.post(parent)],
        },
      ],
      refused: { input: { postId: parent } },
    }
  },
  async likePost({ posts }) {
    const [viewer, author] = [someone(), someone()]
    const postId = await publish(posts, author)
    return {
      writer: posts,
      viewer,
      input: { postId },
      tells: () => [
        {
          type: 'post.liked',
          key: postId,
          payload: { postId, authorId: author.id, userId: viewer.id, likedAt: TIME },
          touches: [facets.post(postId), facets.likes(viewer.id)],
        },
      ],
      again: {},
      refused: { viewer: NOBODY },
    }
  },
  async unlikePost({ posts }) {
    const [viewer, author] = [someone(), someone()]
    const postId = await publish(posts, author)
    await posts.send('likePost', viewer, { postId })
    return {
      writer: posts,
      viewer,
      input: { postId },
      tells: () => [
        {
          type: 'post.unliked',
          key: postId,
          payload: { postId, authorId: author.id, userId: viewer.id },
          touches: [facets.post(postId), facets.likes(viewer.id)],
        },
      ],
      again: {},
      refused: { viewer: NOBODY },
    }
  },
}

function published(author: Viewer, postId: string | undefined, text: string) {
  return { postId, authorId: author.id, text, mentions: [], createdAt: TIME }
}

async function publish(posts: Writer, author: Viewer): Promise<string> {
  const { payload } = await posts.send('createPost', author, { text: 'One' })
  return payload.post?.id ?? ''
}
