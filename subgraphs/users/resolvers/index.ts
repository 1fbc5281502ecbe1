import { payloadResolvers } from '../../../platform/graphql/payloads.ts'
import { Mutation } from './mutation.ts'
import { Query } from './query.ts'
import { User } from './user.ts'

export const resolvers = {
  Query,
  Mutation,
  User,
  ...payloadResolvers([
    'SignUp',
    'SignIn',
    'RefreshToken',
    'SignOut',
    'ChangePassword',
    'CreateProfile',
    'UpdateProfile',
    'RenameHandle',
  ]),
}
