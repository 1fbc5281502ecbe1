import { approveFollow, declineFollow } from '../commands/answer-follow-request.ts'
import { changePassword } from '../commands/change-password.ts'
import { renameHandle, updateProfile } from '../commands/change-profile.ts'
import { endSession } from '../commands/end-session.ts'
import { createProfile } from '../commands/create-profile.ts'
import { refreshSession } from '../commands/refresh-session.ts'
import { signIn } from '../commands/sign-in.ts'
import { signOut } from '../commands/sign-out.ts'
import { signUp } from '../commands/sign-up.ts'
import type { Context } from '../context.ts'

function mutation<Input, Result>(command: (context: Context, input: Input) => Promise<Result>) {
  return (_: unknown, { input }: { input: Input }, context: Context) => command(context, input)
}

export const Mutation = {
  signUp: mutation(signUp),
  signIn: mutation(signIn),
  refreshSession: mutation(refreshSession),
  /** Deprecated: the earlier name. */
  refreshToken: mutation(refreshSession),
  signOut: mutation(signOut),
  endSession: mutation(endSession),
  changePassword: mutation(changePassword),
  createProfile: mutation(createProfile),
  updateProfile: mutation(updateProfile),
  renameHandle: mutation(renameHandle),
  approveFollow: mutation(approveFollow),
  declineFollow: mutation(declineFollow),
}
