import { dialRedis } from '../../../platform/redis/client.ts'
import { explainFault } from '../../../platform/redis/faults.ts'

/** Maximum wait for Redis. Milliseconds. */
const TIMEOUT_MS = 3_000

/** Why the Redis of the cache cannot be used. Null if it responds. Never rejects. */
export async function redisFault(url: string): Promise<string | null> {
  try {
    await using _ = await dialRedis(url, TIMEOUT_MS)
    return null
  } catch (error) {
    return explainFault(error).text
  }
}
