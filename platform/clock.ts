import { randomBytes } from 'node:crypto'
import { BUCKETS, makeUuid, type Uuid } from '../contracts/ids.ts'

/** Milliseconds since the epoch. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** Makes a uuid in `bucket`; without one, in a random bucket. */
export type MakeId = (bucket?: number) => Uuid

export function idMaker(clock: Clock): MakeId {
  return (bucket) => {
    const random = randomBytes(11)
    return makeUuid(clock(), bucket ?? random.readUInt16BE(9) % BUCKETS, random)
  }
}
