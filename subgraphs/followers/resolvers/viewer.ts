import { formatId, parseIdOf, type Uuid } from '../../../contracts/ids.ts'
import { presentConnection, type PageArgs } from '../../../patterns/pagination/index.ts'
import type { Context } from '../context.ts'

type Viewer = { id: Uuid }

export const Viewer = {
  /** The viewer is the signed-in user. Any other id gives null. */
  __resolveReference: ({ id }: { id: string }, { viewer }: Context): Viewer | null => {
    const uuid = parseIdOf('viewer', id)
    return uuid !== null && uuid === viewer ? { id: uuid } : null
  },
  id: ({ id }: Viewer) => formatId('viewer', id),
  blocking: async ({ id }: Viewer, args: PageArgs, { loaders }: Context) =>
    presentConnection(await loaders.blocking(id, args), (row) => ({
      blockedAt: row.blocked_at,
      node: { id: row.user_id },
    })),
}
