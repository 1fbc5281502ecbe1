import { createConnection } from 'node:net'
import type { Probe } from '../processes/readiness.ts'

/** Maximum wait for the response to PING. Milliseconds. */
const TIMEOUT_MS = 2_000

/** Ready when a Redis on 127.0.0.1 responds to PING. The error `NOAUTH` counts too: it means that a password is set. */
export function redisProbe(port: number): Probe {
  return async () => {
    const { promise, resolve } = Promise.withResolvers<string | null>()
    const socket = createConnection({ host: '127.0.0.1', port, timeout: TIMEOUT_MS }, () =>
      socket.write('PING\r\n'),
    )
    socket.once('data', (response) => {
      const text = response.toString().trim()
      resolve(/^(\+PONG|-NOAUTH)/.test(text) ? null : `Redis responds with ${JSON.stringify(text)}`)
    })
    socket.once('error', (error) => resolve(error.message))
    socket.once('timeout', () => resolve(`no response within ${TIMEOUT_MS} ms`))
    const outcome = await promise
    socket.destroy()
    return outcome
  }
}
