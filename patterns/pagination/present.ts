import type { Connection } from './connection.ts'

/** Converts rows to a GraphQL connection: each row becomes a node and the fields of its edge. */
export function presentConnection<Row, Edge extends { node: unknown }>(
  { edges, pageInfo }: Connection<Row>,
  present: (row: Row) => Edge,
) {
  const presented = edges.map(({ row, cursor }) => ({ ...present(row), cursor }))
  return { edges: presented, nodes: presented.map(({ node }): Edge['node'] => node), pageInfo }
}
