import { payloadResolvers } from '../../../service/graphql/payloads.ts'
import { Mutation } from './mutation.ts'
import { Post } from './post.ts'
import { PostEdit } from './post-edit.ts'
import { Query } from './query.ts'
import { User } from './user.ts'
import { Viewer } from './viewer.ts'

export const resolvers = {
  Query,
  Mutation,
  Post,
  PostEdit,
  User,
  Viewer,
  ...payloadResolvers(['CreatePost', 'ReplyToPost', 'EditPost', 'DeletePost', 'LikePost', 'UnlikePost']),
}
