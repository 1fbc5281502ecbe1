import { randomBytes } from 'node:crypto'
import { BUCKETS, makeUuid, type Uuid } from '../contracts/ids.ts'

/** Returns milliseconds: since 1970, or since an unspecified moment if the clock is monotonic. */
export type Clock = () => number

export const systemClock: Clock = () => Date.now()

/** Creates a uuid in `bucket`, or in a random bucket if none is given. */
export type MakeId = (bucket?: number) => Uuid

export function idMaker(clock: Clock): MakeId {
  return (bucket) => {
    const random = randomBytes(11)
    return makeUuid(clock(), bucket ?? random.readUInt16BE(9) % BUCKETS, random)
  }
}
