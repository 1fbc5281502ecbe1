import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { FacetTable } from '../../../service/graphql/report-facets.ts'
import type { Context } from '../context.ts'

export const facetTable: FacetTable = {
  types: {
    // A list of users shows their ids, which never change. It rests on the user who has the list.
    User: {
      ofId: (id) => [facets.relations(id)],
      ofFields: ({ id }: { id: Uuid }) => [facets.relations(formatId('user', id))],
    },
    Viewer: {
      ofValue: ({ id }: { id: Uuid }) => [facets.relations(formatId('user', id))],
    },
  },
  fields: {
    'User.followersYouKnow': (_: unknown, { viewer }: Context) =>
      viewer === null ? [] : [facets.relations(formatId('user', viewer))],
  },
}
