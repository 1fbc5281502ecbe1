import type { GraphQLSchema } from 'graphql'
import type { Effect, Level } from './change.ts'
import type { Aspect } from './origin.ts'

export type Schemas = { base: GraphQLSchema; head: GraphQLSchema }

export type ApiJudgement = {
  code: string
  level: Level
  coordinate: string | null
  effect: Effect
  /** The coordinate is not in the head. */
  removes: boolean
  /** What to compare, to find the subgraph that changed it. */
  aspect: Aspect
  /** The aspect in the head's API. Null if not known. */
  wanted: string | null
}

/** What one kind of change says that differs from the inspector's view. Null if it says nothing. */
export type Opinion = Partial<ApiJudgement> | null
