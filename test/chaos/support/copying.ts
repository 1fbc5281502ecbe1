import type { Handler } from '../../../patterns/change-log/consumer/handler.ts'
import type { Sql } from '../../../patterns/change-log/sql-port.ts'
import type { Payload } from './operation.ts'

export type Done = { operation: string; key: string; turn: number }

/** Copies each operation, and fails for those that are poison. */
export const copyingHandler: Handler = {
  versions: { changed: 1 },
  async apply(tx, events) {
    for (const { key, payload, offset } of events) {
      const { operation, turn } = payload as Payload
      await tx(
        `insert into effect (operation, key, turn, epoch, "offset")
         select $1, $2, $3, epoch, $4 from consumer_offset`,
        operation,
        key,
        turn,
        offset,
      )
      const poison = await tx<object>('select 1 from poison where operation = $1', operation)
      if (poison.length > 0) throw new Error(`${operation} is poison`)
    }
  },
}

/** Replaces the copy by what the owner has exported. */
export async function loadExport(tx: Sql, done: readonly Done[]): Promise<void> {
  await tx('delete from effect')
  for (const { operation, key, turn } of done) {
    await tx('insert into effect (operation, key, turn) values ($1, $2, $3)', operation, key, turn)
  }
}
