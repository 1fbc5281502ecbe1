import type { HttpCall, Transport } from '../../gateway/subgraph-client/transport.ts'

/** 300 bytes, as a fetch of a profile page has. */
const BODY = JSON.stringify({ query: `query Profile { ${'f'.repeat(260)} }` })
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/graphql-response+json, application/json',
  'tessera-internal': `v1.${'b'.repeat(220)}.${'s'.repeat(43)}`,
}

export type Measured = { cpuUs: number; perSecond: number }

/** @returns microseconds of this process's CPU for each request, and requests a second */
export async function measure(
  send: Transport['send'],
  url: string,
  requests: number,
  inFlight: number,
): Promise<Measured> {
  let left = requests
  const call: HttpCall = {
    url,
    method: 'POST',
    headers: HEADERS,
    body: BODY,
    timeoutMs: 10_000,
    safe: true,
    pipelined: true,
  }
  async function ask(): Promise<void> {
    while (left-- > 0) {
      const { status, text } = await send(call)
      if (status !== 200 || text.length < 1_000) throw new Error(`the server answered ${status} ${text}`)
    }
  }
  const cpu = process.cpuUsage()
  const start = performance.now()
  await Promise.all(Array.from({ length: inFlight }, ask))
  const { user, system } = process.cpuUsage(cpu)
  return { cpuUs: (user + system) / requests, perSecond: (requests / (performance.now() - start)) * 1_000 }
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
