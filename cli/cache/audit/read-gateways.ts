import { pause } from '../../../patterns/change-log/index.ts'
import type { Random } from '../../../local/seed/random.ts'
import type { Read } from './auditor.ts'
import type { Candidates } from './candidates.ts'
import type { DatabaseTimes } from './database-times.ts'
import type { GatewayClient } from './gateway-client.ts'
import { queryOf } from './queries.ts'

export type ReadOptions = {
  gateways: readonly GatewayClient[]
  candidates: Candidates
  times: DatabaseTimes
  random: Random
  /** Reads per second, of all gateways together. */
  rate: number
  /** Called with each read, some milliseconds after it ended. */
  add: (read: Read) => void
  /** Called with the reason if there was no response, or one with errors. */
  failed: (reason: string) => void
}

/** Maximum number of reads at the same time. */
const CONCURRENCY = 32
/** If the gateways are slower than the rate, at most this much is made up for. Milliseconds. */
const CATCH_UP_MS = 1_000

/** Reads through the gateways until `stop` is aborted. Resolves when the last read is handed over. */
export async function readGateways(options: ReadOptions, stop: AbortSignal): Promise<void> {
  const { gateways, candidates, times, random, rate, add, failed } = options
  const handedOver = new Set<Promise<void>>()
  let nextAt = performance.now()

  async function readOne(gateway: GatewayClient): Promise<void> {
    const query = queryOf(candidates.draw(random), random)
    const began = times.last
    const { data, error, cache } = await gateway.ask(query.text, query.variables)
    if (!data) return failed(`${query.what} at ${gateway.url}: ${error}`)
    const facts = query.factsOf(data)
    if (facts.length === 0) return
    const handOver = times.next().then((ended) => {
      add({ what: `${query.what} at ${gateway.url}`, cache, facts, began, ended })
      handedOver.delete(handOver)
    })
    handedOver.add(handOver)
  }

  async function readOn(): Promise<void> {
    while (!stop.aborted) {
      const now = performance.now()
      nextAt = Math.max(nextAt, now - CATCH_UP_MS) + 1_000 / rate
      if (nextAt > now + 1) await pause(nextAt - now, stop)
      // The logs are still being read.
      while (candidates.size === 0 && !stop.aborted) await pause(50, stop)
      if (stop.aborted) return
      await readOne(random.pick(gateways)).catch((error: unknown) =>
        failed(error instanceof Error ? error.message : String(error)),
      )
    }
  }

  await Promise.all(Array.from({ length: CONCURRENCY }, readOn))
  await Promise.all(handedOver)
}
