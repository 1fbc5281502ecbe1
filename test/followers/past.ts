import type { Viewer } from '../../platform/internal-auth.ts'
import type { GraphQLBody } from '../support/client.ts'
import { callSubgraph } from '../support/subgraph.ts'

type Entities<Fields> = GraphQLBody<{ _entities: [Fields | null] }>

/** Fields of a viewer that the followers subgraph contributes, asked for by somebody who may be somebody else. */
export async function askViewer<Fields>(
  viewer: Viewer | null,
  fields: string,
  of: Viewer | null = viewer,
): Promise<{ viewer: Fields | null; errors: { code: unknown; message: string; path: unknown }[] }> {
  const { body }: { body: Entities<Fields> } = await callSubgraph(
    'followers',
    viewer,
    `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { ${fields} } } }`,
    { of: [{ __typename: 'Viewer', id: of?.id.replace('user_', 'viewer_') }] },
  )
  const errors = (body.errors ?? []).map(({ message, path, extensions }) => ({
    code: extensions?.['code'],
    message,
    path: path?.slice(2),
  }))
  return { viewer: body.data?._entities[0] ?? null, errors }
}

export type Side = 'followers' | 'following'
type List = { list: { nodes: { id: string }[] } }

/** The ids of a viewer's list at a time, in its order. At most 100. */
export async function listAsOf(viewer: Viewer, side: Side, asOf: Date | null): Promise<string[]> {
  const time = asOf && JSON.stringify(asOf.toISOString())
  const found = await askViewer<List>(viewer, `list: ${side}(first: 100, asOf: ${time}) { nodes { id } }`)
  if (!found.viewer) throw new Error(JSON.stringify(found))
  return found.viewer.list.nodes.map(({ id }) => id)
}
