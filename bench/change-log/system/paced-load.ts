import { setTimeout as delay } from 'node:timers/promises'
import { Pool } from 'undici'
import { quantile } from '../../support/statistics.ts'
import { requireSuccess } from './mutations.ts'
import type { Person } from './people.ts'

/** Connections: far more than are needed while the rate is kept. */
const CONNECTIONS = 128

export type PacedLoad = { perSecond: number; answeredP50: number; answeredP99: number }

/** Sends requests at a constant rate, whether or not earlier ones were answered. @throws Error on an answer that is no success */
export async function sendPaced(
  url: string,
  { perSecond, ms }: { perSecond: number; ms: number },
  next: () => { person: Person; body: string },
): Promise<PacedLoad> {
  const { origin, pathname } = new URL(url)
  await using stack = new AsyncDisposableStack()
  const pool = stack.adopt(new Pool(origin, { connections: CONNECTIONS, pipelining: 1 }), (opened) =>
    opened.destroy(),
  )
  const latencies: number[] = []
  const sending: Promise<void>[] = []
  const send = async () => {
    const { person, body } = next()
    const began = performance.now()
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${person.token}` }
    const answer = await pool.request({ method: 'POST', path: pathname, headers, body })
    const bytes = Buffer.from(await answer.body.arrayBuffer())
    requireSuccess(`HTTP/1.1 ${answer.statusCode}`, bytes)
    latencies.push(performance.now() - began)
  }
  const started = performance.now()
  const total = Math.round((perSecond * ms) / 1_000)
  while (sending.length < total) {
    const due = Math.min(Math.floor(((performance.now() - started) / 1_000) * perSecond) + 1, total)
    while (sending.length < due) sending.push(send())
    await delay(1)
  }
  await Promise.all(sending)
  const seconds = (performance.now() - started) / 1_000
  const sorted = latencies.toSorted((a, b) => a - b)
  return {
    perSecond: total / seconds,
    answeredP50: quantile(sorted, 0.5),
    answeredP99: quantile(sorted, 0.99),
  }
}
