import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { quantile } from '../../support/statistics.ts'
import { requireSuccess } from './mutations.ts'
import type { Person } from './people.ts'

/** Connections: far more than are needed while the rate is kept. */
const CONNECTIONS = 128

export type Pace = { perSecond: number; ms: number }
/** The rate reached, and how long each took, ms. */
export type PacedLoad = { perSecond: number; answeredP50: number; answeredP99: number }

/** Starts operations at a constant rate, even if earlier ones have not ended. Rejects if one of them does. */
export async function runPaced({ perSecond, ms }: Pace, run: () => Promise<void>): Promise<PacedLoad> {
  const latencies: number[] = []
  const running: Promise<void>[] = []
  const timed = async () => {
    const began = performance.now()
    await run()
    latencies.push(performance.now() - began)
  }
  const started = performance.now()
  const total = Math.round((perSecond * ms) / 1_000)
  while (running.length < total) {
    const due = Math.min(Math.floor(((performance.now() - started) / 1_000) * perSecond) + 1, total)
    while (running.length < due) {
      const operation = timed()
      // Rejects below. Without a handler until then, the rejection would end the process, and leave its servers behind.
      operation.catch(() => {})
      running.push(operation)
    }
    await delay(1)
  }
  await Promise.all(running)
  const seconds = (performance.now() - started) / 1_000
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    perSecond: total / seconds,
    answeredP50: quantile(sorted, 0.5),
    answeredP99: quantile(sorted, 0.99),
  }
}

/** Sends requests at a constant rate. @throws Error on an answer that is no success */
export async function sendPaced(
  url: string,
  pace: Pace,
  next: () => { person: Person; body: string },
): Promise<PacedLoad> {
  const { origin, pathname } = new URL(url)
  await using stack = new AsyncDisposableStack()
  const pool = stack.adopt(new Pool(origin, { connections: CONNECTIONS, pipelining: 1 }), (opened) =>
    opened.destroy(),
  )
  return await runPaced(pace, async () => {
    const { person, body } = next()
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${person.token}` }
    const response = await pool.request({ method: 'POST', path: pathname, headers, body })
    const bytes = Buffer.from(await response.body.arrayBuffer())
    requireSuccess(`HTTP/1.1 ${response.statusCode}`, bytes)
  })
}
