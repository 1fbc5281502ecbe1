import { facets } from '../../../contracts/facets.ts'
import { formatId } from '../../../contracts/ids.ts'
import type { FacetTable } from '../../../service/graphql/report-facets.ts'
import type { Context } from '../context.ts'
import { normalizeHandle } from '../domain/handle.ts'
import type { User } from '../domain/user.ts'

const ofValue = ({ id }: User) => [facets.user(formatId('user', id))]

/** Searches and sessions have no facets: they may not be cached. */
export const facetTable: FacetTable = {
  types: {
    User: { ofId: (id) => [facets.user(id)], ofValue },
    Viewer: { ofValue },
  },
  fields: {
    'Query.user': ({ handle }: { handle: string }) => [facets.handle(normalizeHandle(handle))],
    'Viewer.followRequests': (_: unknown, { viewer }: Pick<Context, 'viewer'>) =>
      viewer ? [facets.followRequests(formatId('user', viewer.id))] : [],
  },
}
