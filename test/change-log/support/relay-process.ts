import { Client } from 'pg'
import { startRelay } from '../../../patterns/change-log/owner/relay.ts'
import { createSignal } from '../../../patterns/change-log/signal.ts'

/** A relay in a process of its own, to be stopped and killed: `node relay-process.ts DATABASE_URL`. Prints what it reports. */
startRelay({
  connect: async () => {
    const client = new Client({ connectionString: process.argv[2] })
    client.on('error', () => {})
    await client.connect()
    return client
  },
  written: createSignal(),
  ticked: createSignal(),
  publishers: [],
  report: (_, message) => void process.stdout.write(`${message}\n`),
  clock: () => performance.now(),
  heartbeatMs: 50,
  pollMs: 5,
  takeoverMs: 400,
  retryMs: 20,
})
