import { parseIdOf } from '../../../contracts/ids.ts'
import { idFault } from '../../../contracts/input.ts'
import { apiError } from '../../../platform/graphql/errors.ts'
import type { Context } from '../context.ts'

export const Query = {
  post: (_: unknown, { id }: { id: string }, { loaders }: Context) => {
    const uuid = parseIdOf('post', id)
    if (uuid !== null) return loaders.posts.load(uuid)
    throw apiError('BAD_USER_INPUT', `id: ${idFault('post', id)}`)
  },
}
