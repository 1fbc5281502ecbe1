import { NotYet, type Handler } from '../../../patterns/change-log/consumer/handler.ts'
import type { Sql } from '../../../contracts/sql.ts'
import type { Payload } from './operation.ts'

export type Done = { operation: string; key: string; turn: number }

/** Copies each operation. Fails for poison operations, and postpones those that wait. */
export const copyingHandler: Handler = {
  versions: { changed: 1 },
  async apply(tx, events) {
    for (const event of events) {
      const { key, payload, offset } = event
      const { operation, turn } = payload as Payload
      const waits = await tx<object>('select 1 from waits where operation = $1', operation)
      if (waits.length > 0) throw new NotYet(event, `${operation} waits`)
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

/** Replaces the copy with the owner's export. */
export async function loadExport(tx: Sql, done: readonly Done[]): Promise<void> {
  await tx('delete from effect')
  for (const { operation, key, turn } of done) {
    await tx('insert into effect (operation, key, turn) values ($1, $2, $3)', operation, key, turn)
  }
}
