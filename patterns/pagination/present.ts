import type { Connection } from './connection.ts'

/** A connection as GraphQL shows it: each row becomes a node, and what else its edge has. */
export function presentConnection<Row, Edge extends { node: unknown }>(
  { edges, pageInfo }: Connection<Row>,
  present: (row: Row) => Edge,
) {
  const presented = edges.map(({ row, cursor }) => ({ ...present(row), cursor }))
  return { edges: presented, nodes: presented.map(({ node }): Edge['node'] => node), pageInfo }
}
