import type { AppliedTick, Position } from '../change-log/index.ts'

/** Position of a cache in the log of one database: every event up to `offset` has invalidated what it touches. */
export type CachePosition = Position & {
  /** The last tick that was applied completely. Null before the first one. */
  readonly tick: AppliedTick | null
  /** Time of the database at that tick. Milliseconds since 1970. 0 before the first one. */
  readonly time: number
}

/** Positions by the name of the database, without what is known about them. */
export type Places = ReadonlyMap<string, Position>

/** Positions by the name of the database. */
export type Positions = ReadonlyMap<string, CachePosition>

/** Decides whether a reader may see what a cache has for this position in the log of a database. */
export type Accepts = (database: string, position: CachePosition) => boolean
