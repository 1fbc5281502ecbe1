import { apiError } from '../../platform/graphql/errors.ts'
import type { GraphQLError } from 'graphql'

/** Limits for operations. Each value is the maximum that is allowed. */
export type Limits = {
  /** Tokens of the document, without comments. */
  tokens: number
  /** Nesting of fields, after fragments are expanded. */
  depth: number
  /** Fields with an alias, after fragments are expanded. */
  aliases: number
  /** Fields, after fragments are expanded. */
  fields: number
  /** Root fields of a mutation, after fragments are expanded. */
  mutations: number
  /** Fragments in the document. */
  fragments: number
  /** Objects that the lists of the operation can contain. Nested page sizes multiply. */
  nodes: number
}

export const DEFAULT_LIMITS: Limits = {
  tokens: 10_000,
  depth: 20,
  aliases: 100,
  fields: 2_000,
  // A sign-in takes 60 ms of CPU.
  mutations: 10,
  fragments: 300,
  // Larger requests to subgraphs and larger responses would exceed their size limits.
  nodes: 10_000,
}

/** @param value the actual value. Null if counting stopped when the limit was exceeded. */
export function limitExceeded(limit: string, value: number | null, bound: number): GraphQLError {
  const found = value === null ? `more than ${bound}` : String(value)
  const error = apiError(
    'LIMIT_EXCEEDED',
    `The operation is too large: ${limit} is ${found}, and at most ${bound} are allowed. Request less at once.`,
  )
  Object.assign(error.extensions, { limit, value: value ?? bound + 1, bound })
  return error
}
