import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { FacetTable } from '../../../service/graphql/report-facets.ts'
import { mentionedIn } from '../domain/mentions.ts'
import type { EditRow, PostRow } from '../queries/lists.ts'

const author = (id: Uuid) => facets.author(formatId('user', id))
/** The text shows the handles that mentioned users have now. */
const mentioned = ({ mentions }: Pick<PostRow | EditRow, 'mentions'>) => mentionedIn(mentions).map(author)

export const facetTable: FacetTable = {
  types: {
    Post: {
      ofId: (id) => [facets.post(id)],
      ofValue: (post: PostRow) => [facets.post(formatId('post', post.id)), ...mentioned(post)],
    },
    PostEdit: { ofValue: mentioned },
    User: {
      ofId: (id) => [facets.author(id)],
      ofValue: ({ id }: { id: Uuid }) => [author(id)],
    },
    Viewer: {
      ofValue: ({ id }: { id: Uuid }) => [facets.likes(formatId('user', id))],
    },
  },
  fields: { 'Query.post': ({ id }: { id: string }) => [facets.post(id)] },
}
