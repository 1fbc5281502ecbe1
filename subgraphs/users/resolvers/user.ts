import { formatId, parseIdOf } from '../../../contracts/ids.ts'
import type { Context } from '../context.ts'
import type { User as UserRow } from '../domain/user.ts'

export const User = {
  __resolveReference: ({ id }: { id: string }, { loaders }: Context) => {
    const uuid = parseIdOf('user', id)
    return uuid === null ? null : loaders.byId.load(uuid)
  },
  id: (user: UserRow) => formatId('user', user.id),
}
