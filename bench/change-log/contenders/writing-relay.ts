import type { startRelay as original } from '../../../patterns/change-log/owner/relay.ts'
import { serveWrites } from '../system/serve-writes.ts'

export type { Relay, RelayState } from '../../../patterns/change-log/owner/relay.ts'

// With a query, it is another module than the one that this file stands in for.
const url = new URL('../../../patterns/change-log/owner/relay.ts?original', import.meta.url).href
const relay = (await import(url)) as { startRelay: typeof original }

/** The relay, in the process that writes: its commits wake it at once. */
export const startRelay: typeof original = (options) => {
  const started = relay.startRelay(options)
  const writer = serveWrites(options)
  return {
    get state() {
      return started.state
    },
    get epoch() {
      return started.epoch
    },
    get said() {
      return started.said
    },
    async [Symbol.asyncDispose]() {
      await writer[Symbol.asyncDispose]()
      await started[Symbol.asyncDispose]()
    },
  }
}
