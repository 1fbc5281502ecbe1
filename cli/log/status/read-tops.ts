import { streamKey, streamPublisher } from '../../../patterns/change-log/index.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { explainFault } from '../../../platform/redis/faults.ts'
import { databases, type DatabaseName } from '../../../contracts/topology.ts'
import type { StreamTop } from './read-report.ts'

/** Maximum wait for Redis. Milliseconds. */
const TIMEOUT_MS = 3_000

/** Reads the last record of each database's Redis stream, or the fault of Redis. Never rejects. */
export async function readTops(url: string): Promise<ReadonlyMap<DatabaseName, StreamTop>> {
  try {
    await using redis = await dialRedis(url, TIMEOUT_MS)
    const topOf = async (database: DatabaseName): Promise<StreamTop> => {
      const stream = streamPublisher({ send: redis.send, key: streamKey(database) })
      return { top: await stream.top(), fault: null }
    }
    const tops = await Promise.all(databases.map(async (name) => [name, await topOf(name)] as const))
    return new Map(tops)
  } catch (error) {
    const fault = explainFault(error).text
    return new Map(databases.map((name) => [name, { top: null, fault }]))
  }
}
