import type { FieldNode } from 'graphql'
import type { ResponsePath } from '../subgraph-request.ts'
import type { Introspection } from './introspection.ts'

export type CompletionError = {
  message: string
  path: ResponsePath
  /** @default INVALID_GRAPHQL */
  code?: string
}

/** The state of one pass over the data. `path` is null in the first pass, which does not need the paths of errors. */
export type Pass = {
  path: ResponsePath | null
  errors: CompletionError[]
  /** Paths that are null because a null below them propagated. Filled only if `path` is not null. */
  nulled: ResponsePath[]
  faulty: boolean
  /** No string in the data has a character that JSON escapes. */
  plain: boolean
  /** Resolves `__schema` and `__type`. */
  introspect: (nodes: readonly FieldNode[]) => Introspection
}

/**
 * The result of a writer: the JSON text, or `null` if the value is null. It is NULLED if the value is null because of a
 * reported error. It is BUBBLES if the null propagates to the parent (see "Handling Execution Errors" in the GraphQL spec).
 */
export type Written = string | null | typeof NULLED | typeof BUBBLES
export type Writer = (value: unknown, pass: Pass) => Written

export const NULLED = Symbol('nulled')
export const BUBBLES = Symbol('bubbles')

export function nulled(pass: Pass): typeof NULLED {
  if (pass.path) pass.nulled.push([...pass.path])
  return NULLED
}

export function report(pass: Pass, message: string): typeof NULLED {
  pass.faulty = true
  if (pass.path) pass.errors.push({ message, path: [...pass.path] })
  return NULLED
}
