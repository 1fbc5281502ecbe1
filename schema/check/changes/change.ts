import type { Place } from '../finding.ts'

/**
 * `breaking`: operations fail or get other types, be it for good or until the gateway loads the new supergraph.
 * `dangerous`: operations stay valid, but a client or the running gateway may be surprised. `safe`: neither.
 */
export type Level = 'breaking' | 'dangerous' | 'safe'

/** The operations that a breaking change affects. */
export type Effect = {
  /**
   * An operation is affected only if it uses one of these. A type is used by selections in it, by fragments on it and
   * by literals and variables of it; a directive by `@name`.
   */
  coordinates: readonly string[]
  /** `all`: each such operation breaks. `invalid`: only those break that are valid in the base and not in the head. */
  breaks: 'all' | 'invalid'
}

/** A difference between the base and the head. */
export type Change = {
  code: string
  level: Level
  /** What changed, and what breaks for whom. */
  message: string
  coordinate: string | null
  /** The subgraph that caused it. Null if unknown. */
  subgraph: string | null
  /** In the head if there is one, otherwise in the base. */
  place: Place | null
  remedy: string | null
  effect: Effect
}

/** The effect of a change that breaks no operation. */
export const NO_EFFECT: Effect = { coordinates: [], breaks: 'all' }
