import { BUCKETS } from '../../contracts/ids.ts'
import type { Names } from './handles.ts'
import { createIdTable, type IdTable } from './id-table.ts'
import { createRandom } from './random.ts'
import { FIRST_POST, FIRST_SIGN_UP } from './times.ts'

/** All users by number. Numbers increase with the time of sign-up. */
export type People = {
  count: number
  names: Names
  ids: IdTable
  /** Logical shard of each user. */
  buckets: Uint16Array
  /** Time of each sign-up, in milliseconds since the epoch. */
  createdAt: Float64Array
}

export function createPeople(count: number, names: Names, seed: number): People {
  const random = createRandom(seed, 'people')
  const people: People = {
    count,
    names,
    ids: createIdTable(count, random),
    buckets: new Uint16Array(count),
    createdAt: new Float64Array(count),
  }
  const step = (FIRST_POST - FIRST_SIGN_UP) / count
  for (let user = 0; user < count; user++) {
    const createdAt = Math.floor(FIRST_SIGN_UP + (user + random.float()) * step)
    const bucket = random.below(BUCKETS)
    people.createdAt[user] = createdAt
    people.buckets[user] = bucket
    people.ids.make(user, createdAt, bucket)
  }
  return people
}
