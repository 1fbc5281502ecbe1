import { type Token, writesOf } from '../../patterns/change-log/index.ts'

/**
 * A shorter token that requires at least as much. For the database with the most xids, it requires a read from the source
 * instead. Null if the token has no xids.
 */
export function withFewerXids(token: Token): Token | null {
  const [most] = [...token]
    .flatMap(([database, { epoch, xids }]) =>
      xids === 'source' ? [] : [{ database, epoch, count: xids.size }],
    )
    .toSorted((a, b) => b.count - a.count)
  return most ? new Map(token).set(most.database, writesOf(most.epoch, null)) : null
}
