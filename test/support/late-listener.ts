import { setImmediate } from 'node:timers/promises'
import { runServer } from '../../platform/lifecycle.ts'

/** A server that is slow to load: its parent is gone before it starts to listen for that. */
process.send?.('loading')
while (process.connected) await setImmediate()
await runServer(async () => ({ [Symbol.asyncDispose]: async () => {} }))
