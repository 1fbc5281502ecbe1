import { createClient } from '@redis/client'
import { streamKey, streamPublisher } from '../../../patterns/change-log/index.ts'
import { explainFault } from '../../../platform/redis/faults.ts'
import { services, type Service } from '../../layout.ts'
import type { StreamTop } from './read-report.ts'

/** Longest wait for Redis. Milliseconds. */
const PATIENCE_MS = 3_000

/** The last record of each service's Redis stream, or what is wrong with Redis. Never rejects. */
export async function readTops(url: string): Promise<ReadonlyMap<Service, StreamTop>> {
  const client = createClient({
    url,
    RESP: 2,
    socket: { connectTimeout: PATIENCE_MS, reconnectStrategy: false },
  })
  client.on('error', () => {})
  const { promise: late, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error(`no reply within ${PATIENCE_MS} ms`)), PATIENCE_MS)
  try {
    await Promise.race([client.connect(), late])
    const topOf = async (service: Service): Promise<StreamTop> => {
      const stream = streamPublisher({ send: (args) => client.sendCommand(args), key: streamKey(service) })
      return { top: await Promise.race([stream.top(), late]), fault: null }
    }
    const tops = await Promise.all(services.map(async (service) => [service, await topOf(service)] as const))
    return new Map(tops)
  } catch (error) {
    const fault = explainFault(error).text
    return new Map(services.map((service) => [service, { top: null, fault }]))
  } finally {
    clearTimeout(timer)
    if (client.isOpen) client.destroy()
  }
}
