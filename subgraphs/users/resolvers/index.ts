import { payloadResolvers } from '../../../service/graphql/payloads.ts'
import { Mutation } from './mutation.ts'
import { Query } from './query.ts'
import { User } from './user.ts'
import { Viewer, ViewerSession } from './viewer.ts'

export const resolvers = {
  Query,
  Mutation,
  User,
  Viewer,
  ViewerSession,
  ...payloadResolvers([
    'SignUp',
    'SignIn',
    'RefreshSession',
    'RefreshToken',
    'SignOut',
    'EndSession',
    'ChangePassword',
    'CreateProfile',
    'UpdateProfile',
    'RenameHandle',
    'ApproveFollow',
    'DeclineFollow',
  ]),
}
