import type { Connection } from '../../../patterns/pagination/index.ts'
import type { EditRow, LikerRow, PostRow } from '../queries/lists.ts'

export function presentPosts({ edges, pageInfo }: Connection<PostRow>) {
  return {
    edges: edges.map(({ cursor, row }) => ({ cursor, node: row })),
    nodes: edges.map(({ row }) => row),
    pageInfo,
  }
}

export function presentLikers({ edges, pageInfo }: Connection<LikerRow>) {
  const presented = edges.map(({ cursor, row }) => ({
    cursor,
    likedAt: row.liked_at,
    node: { id: row.user_id },
  }))
  return { edges: presented, nodes: presented.map(({ node }) => node), pageInfo }
}

export function presentEdits({ edges, pageInfo }: Connection<EditRow>) {
  const presented = edges.map(({ cursor, row: { version, text, replaced_at } }) => ({
    cursor,
    node: { version, text, replacedAt: replaced_at },
  }))
  return { edges: presented, nodes: presented.map(({ node }) => node), pageInfo }
}
