import { payloadResolvers } from '../../../service/graphql/payloads.ts'
import { Mutation } from './mutation.ts'
import { User } from './user.ts'

export const resolvers = {
  Mutation,
  User,
  ...payloadResolvers(['Follow', 'Unfollow', 'Block', 'Unblock']),
}
