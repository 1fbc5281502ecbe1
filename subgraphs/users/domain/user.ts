import type { Uuid } from '../../../contracts/ids.ts'

/** A profile: a row of `users`. */
export type User = {
  id: Uuid
  /** Lower case; see `handle.ts`. */
  handle: string
  name: string
  bio: string
  /** Starts at 1 and increases with each change of handle, name or bio. */
  version: number
  createdAt: Date
}
