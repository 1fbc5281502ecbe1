import type { Uuid } from '../../../contracts/ids.ts'

/** A person's profile, as its row in `users`. */
export type User = {
  id: Uuid
  /** Lower case; see `handle.ts`. */
  handle: string
  name: string
  bio: string
  /** Starts at 1; grows by one with each change of handle, name or bio. */
  version: number
  createdAt: Date
}
