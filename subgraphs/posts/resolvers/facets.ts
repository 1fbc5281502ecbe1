import { facets } from '../../../contracts/facets.ts'
import { formatId, type Uuid } from '../../../contracts/ids.ts'
import type { FacetTable } from '../../../service/graphql/report-facets.ts'
import { mentionedIn } from '../domain/mentions.ts'
import type { EditRow, PostRow } from '../queries/lists.ts'

const author = (id: Uuid) => facets.author(formatId('user', id))
const post = ({ id }: Pick<PostRow, 'id'>) => facets.post(formatId('post', id))
/** The text shows the handles that mentioned users have now. */
const mentioned = ({ mentions }: Pick<PostRow | EditRow, 'mentions'>) => mentionedIn(mentions).map(author)

export const facetTable: FacetTable = {
  types: {
    Post: {
      ofId: (id) => [facets.post(id)],
      ofValue: (row: PostRow) => [post(row), ...mentioned(row)],
    },
    PostEdit: { ofValue: mentioned },
    User: {
      ofId: (id) => [facets.author(id)],
      ofFields: ({ id }: { id: Uuid }) => [author(id)],
    },
    Viewer: {
      ofValue: ({ id }: { id: Uuid }) => [facets.likes(formatId('user', id))],
    },
    /**
     * The deletion of a post touches no likes. `hasNextPage` also rests on the post after the page, which is not known here.
     * So `likedPosts` must have no hint.
     */
    LikedPostConnection: { ofValue: ({ nodes }: { nodes: readonly PostRow[] }) => nodes.map(post) },
  },
  fields: { 'Query.post': ({ id }: { id: string }) => [facets.post(id)] },
}
