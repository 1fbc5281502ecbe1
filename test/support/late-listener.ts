import { setImmediate } from 'node:timers/promises'
import { runServer } from '../../platform/lifecycle.ts'

/** A server that loads slowly: its parent has exited before the server starts to listen for that. */
process.send?.('loading')
while (process.connected) await setImmediate()
await runServer(async () => ({ [Symbol.asyncDispose]: async () => {} }))
