import { appliedTo } from '../../../patterns/change-log/token/applied.ts'
import { readConsumerPosition } from '../../../patterns/change-log/consumer/consumer-position.ts'
import type { Position } from '../../../patterns/change-log/position.ts'
import { reportPosition } from '../../../patterns/change-log/owner/registration.ts'
import { sees } from '../../../patterns/change-log/snapshot.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { connect, sqlOf } from '../support/sessions.ts'
import { until } from '../support/until.ts'

/** Progress of the consumer in its database. */
export const NAME = { consumer: 'copy', source: 'owner' }

/** The position of the consumer in its database. */
export type ConsumerProgress = {
  /** Resolves when the consumer has committed an operation's effect. */
  applied(operation: string): Promise<void>
  /** Resolves when its copy is fresh for a write. */
  sees(xid: string): Promise<void>
  /** Resolves when the consumer has reached the end of a log that contains a write. With a bug, it may have missed the write. */
  passed(xid: string): Promise<void>
  /** Reports the consumer's position to the owner. */
  reportPosition(): Promise<void>
}

export function progressOf(ownerUrl: string, copy: Sql): ConsumerProgress {
  return {
    applied: (operation) =>
      until(`the effect of ${operation} is committed`, async () => {
        const rows = await copy<object>('select 1 from effect where operation = $1', operation)
        return rows.length > 0
      }),
    sees: (xid) =>
      until(`the consumer has a tick that sees ${xid}`, async () => {
        const applied = await appliedTo(copy, NAME)
        return applied !== null && sees(applied.cur, BigInt(xid))
      }),
    async passed(xid) {
      const end = await endWith(ownerUrl, xid)
      await until(`the consumer comes to offset ${end.offset} of epoch ${end.epoch}`, async () => {
        const progress = await readConsumerPosition(copy, NAME)
        return progress?.epoch === end.epoch && progress.offset >= end.offset
      })
    },
    async reportPosition() {
      const progress = await readConsumerPosition(copy, NAME)
      if (!progress) throw new Error('The consumer was never begun.')
      const client = await connect(ownerUrl)
      await reportPosition(sqlOf(client), NAME.consumer, progress)
      await client.end()
    },
  }
}

/** The end of a log, as soon as it contains a write. */
async function endWith(ownerUrl: string, xid: string): Promise<Position> {
  const client = await connect(ownerUrl)
  let end: Position | null = null
  try {
    await until(`a tick sees ${xid}`, async () => {
      const [row] = await sqlOf(client)<{ epoch: string; offset: string }>(END, xid)
      if (row) end = { epoch: Number(row.epoch), offset: Number(row.offset) }
      return row !== undefined
    })
  } finally {
    await client.end()
  }
  return end ?? { epoch: 0, offset: 0 }
}

const END = `select epoch, base + cnt as offset from tick
  where cnt >= 0 and pg_visible_in_snapshot($1::text::xid8, cur) order by n desc limit 1`
