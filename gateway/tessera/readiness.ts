import type { Dependencies } from '../../platform/http/health.ts'
import type { Transport } from '../subgraph-client/transport.ts'

/** Checks the `/readyz` of each subgraph. */
export function readiness(urls: Readonly<Record<string, string>>, transport: Transport): Dependencies {
  const checks = Object.entries(urls).map(([name, url]) => {
    const check = async () => {
      const { status } = await transport.send({
        url: new URL('/readyz', url).href,
        method: 'GET',
        headers: {},
        timeoutMs: 2_000,
      })
      if (status !== 200) throw new Error(`not ready: HTTP status ${status}`)
    }
    return [name, check] as const
  })
  return Object.fromEntries(checks)
}
