import { startLog } from '../../../patterns/change-log/owner/epoch.ts'
import { openConnection } from '../../../patterns/change-log/owner/connection.ts'
import type { Relay, startRelay as original } from '../../../patterns/change-log/owner/relay.ts'

export type { Relay, RelayState } from '../../../patterns/change-log/owner/relay.ts'

/** A relay that takes no tick but the first, without which a copy could not be built. */
export const startRelay: typeof original = ({ connect }): Relay => {
  const started = begin(connect)
  return {
    state: 'leading',
    epoch: 1,
    said: 'the benchmark does without',
    [Symbol.asyncDispose]: () => started,
  }
}

async function begin(connect: Parameters<typeof openConnection>[0]): Promise<void> {
  await using connection = await openConnection(connect)
  await startLog(connection.sql)
}
