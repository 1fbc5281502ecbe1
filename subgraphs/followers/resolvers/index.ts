import { payloadResolvers } from '../../../service/graphql/payloads.ts'
import { Mutation } from './mutation.ts'
import { User } from './user.ts'
import { Viewer } from './viewer.ts'

export const resolvers = {
  Mutation,
  User,
  Viewer,
  ...payloadResolvers(['Follow', 'Unfollow', 'CancelFollowRequest', 'RemoveFollower', 'Block', 'Unblock']),
}
