import type { Resolvers, Sdl } from './engine.ts'

/** A small federation: what it declares, how it resolves, what is asked and what is the answer. */
export type Case = {
  sdl: Sdl
  resolvers: Record<string, Resolvers>
  query: string
  data: unknown
  /** Why @apollo/gateway gives other data (docs/adr/0004-engine.md). */
  apolloFails?: string
}

export const byTypename = { __resolveType: ({ __typename }: { __typename: string }) => __typename }

export const same = (found: object) => found

/** Finds an entity by exactly these fields: a representation with others is not found. */
export const onlyBy = (expected: object, entity: object) => (representation: object) =>
  JSON.stringify(representation) === JSON.stringify(expected) ? entity : null

export const user = { __typename: 'User', id: '1' }
