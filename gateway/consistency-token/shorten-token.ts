import { type Token, writesOf } from '../../patterns/change-log/index.ts'

/**
 * A shorter token that asks for at least as much: of the database with the most xids it says "ask the source" instead. Null
 * when there are no xids left to do without.
 */
export function withFewerXids(token: Token): Token | null {
  const [most] = [...token]
    .flatMap(([database, { epoch, xids }]) =>
      xids === 'source' ? [] : [{ database, epoch, count: xids.size }],
    )
    .toSorted((a, b) => b.count - a.count)
  return most ? new Map(token).set(most.database, writesOf(most.epoch, null)) : null
}
