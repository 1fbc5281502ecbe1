import { streamKey, streamPublisher } from '../../../patterns/change-log/index.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { explainFault } from '../../../platform/redis/faults.ts'
import { services, type Service } from '../../../contracts/topology.ts'
import type { StreamTop } from './read-report.ts'

/** Longest wait for Redis. Milliseconds. */
const TIMEOUT_MS = 3_000

/** The last record of each service's Redis stream, or what is wrong with Redis. Never rejects. */
export async function readTops(url: string): Promise<ReadonlyMap<Service, StreamTop>> {
  try {
    await using redis = await dialRedis(url, TIMEOUT_MS)
    const topOf = async (service: Service): Promise<StreamTop> => {
      const stream = streamPublisher({ send: redis.send, key: streamKey(service) })
      return { top: await stream.top(), fault: null }
    }
    const tops = await Promise.all(services.map(async (service) => [service, await topOf(service)] as const))
    return new Map(tops)
  } catch (error) {
    const fault = explainFault(error).text
    return new Map(services.map((service) => [service, { top: null, fault }]))
  }
}
