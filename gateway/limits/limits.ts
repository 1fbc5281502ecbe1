import { apiError } from '../../platform/graphql/errors.ts'
import type { GraphQLError } from 'graphql'

/** How large an operation may be. Each is the greatest value that passes. */
export type Limits = {
  /** Lexical tokens of the document, comments not counted. */
  tokens: number
  /** Fields below one another, through fragments. */
  depth: number
  /** Fields with an alias, after fragments are expanded. */
  aliases: number
  /** Fields, after fragments are expanded. */
  fields: number
  /** Root fields of one mutation, through fragments: each is a command of its own. */
  mutations: number
  /** Fragments the document defines. */
  fragments: number
  /** Objects the lists of the operation can hold; nested page sizes multiply. */
  nodes: number
}

export const DEFAULT_LIMITS: Limits = {
  tokens: 10_000,
  depth: 20,
  aliases: 100,
  fields: 2_000,
  // A sign-in takes 60 ms of a processor.
  mutations: 10,
  fragments: 300,
  // More would not fit into what a subgraph may be sent, nor into what it may answer.
  nodes: 10_000,
}

/** @param value what was found; `null` when counting stopped at the first one too many */
export function limitExceeded(limit: string, value: number | null, bound: number): GraphQLError {
  const found = value === null ? `more than ${bound}` : String(value)
  const error = apiError(
    'LIMIT_EXCEEDED',
    `The operation is too large: ${limit} is ${found}, and at most ${bound} are allowed. Ask for less at once.`,
  )
  Object.assign(error.extensions, { limit, value: value ?? bound + 1, bound })
  return error
}
