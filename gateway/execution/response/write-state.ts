import type { FieldNode } from 'graphql'
import type { ResponsePath } from '../subgraph-request.ts'
import type { Introspection } from './introspection.ts'

export type CompletionError = {
  message: string
  path: ResponsePath
  /** @default INVALID_GRAPHQL */
  code?: string
}

/** The state of one run of a writer. `path` is null in the first run, which does not need the paths of errors. */
export type WriteState = {
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
export type Writer = (value: unknown, state: WriteState) => Written

export const NULLED = Symbol('nulled')
export const BUBBLES = Symbol('bubbles')

export function nulled(state: WriteState): typeof NULLED {
  if (state.path) state.nulled.push([...state.path])
  return NULLED
}

export function report(state: WriteState, message: string): typeof NULLED {
  state.faulty = true
  if (state.path) state.errors.push({ message, path: [...state.path] })
  return NULLED
}
