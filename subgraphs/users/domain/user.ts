import type { Uuid } from '../../../contracts/ids.ts'

/** A profile: a row of `users`. */
export type User = {
  id: Uuid
  /** Lower case; see `handle.ts`. */
  handle: string
  name: string
  bio: string
  /** Whether the user decides who may follow them. */
  approvesFollowers: boolean
  /** Starts at 1 and increases with each change of handle, name, bio or `approvesFollowers`. */
  version: number
  createdAt: Date
}
