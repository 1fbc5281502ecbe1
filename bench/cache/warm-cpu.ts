import { createRandom } from '../../local/seed/random.ts'
import { PROFILE } from '../../test/e2e/profile-query.ts'
import { zipf } from '../gateway/memory/operations.ts'
import type { Contender } from '../system/contender.ts'
import { startPostgraphile } from '../system/contenders/postgraphile.ts'
import { loadPages } from '../system/page-load.ts'
import { measureWindow } from '../system/window.ts'
import type { CachedSystem } from './open-system.ts'

const CONNECTIONS = 50

/** CPU of a page in all processes except Redis and the load, in milliseconds. */
export type CpuWindow = { cached: number; postgraphile: number }

type Served = Pick<Contender, 'url' | 'servers' | 'body'>

/** Reads profiles by Zipf through the first gateway, whose cache has them, and through PostGraphile, which has no cache. */
export async function openWarmCpu(
  { gateways, processes, handles, servers, combined }: CachedSystem,
  signal: AbortSignal,
): Promise<AsyncDisposable & { window(milliseconds: number): Promise<CpuWindow> }> {
  const postgraphile = await startPostgraphile(combined)
  const cached: Served = {
    url: gateways[0],
    servers: processes,
    body: (handle) => JSON.stringify({ query: PROFILE, variables: { handle } }),
  }
  const cpuOf = async (served: Served, label: string, milliseconds: number) => {
    const draw = zipf(handles.length, createRandom(1, label))
    const next = () => served.body(handles[draw()] ?? '')
    const { cpu } = await measureWindow(served, servers.postmaster, () =>
      loadPages(served.url, CONNECTIONS, milliseconds, next, signal),
    )
    return cpu
  }
  let round = 0
  return {
    async window(milliseconds) {
      const label = `cpu ${round++}`
      return {
        cached: await cpuOf(cached, label, milliseconds),
        postgraphile: await cpuOf(postgraphile, label, milliseconds),
      }
    },
    [Symbol.asyncDispose]: () => postgraphile[Symbol.asyncDispose](),
  }
}
