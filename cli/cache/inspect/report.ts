import type { DatabaseName, Service } from '../../../contracts/topology.ts'
import type { FacetInRedis } from '../../../patterns/cache-aside/index.ts'
import type { Touch } from './find-touch.ts'

/** What is known of a facet. */
export type FacetReport = {
  facet: string
  /** The service that owns it. */
  service: Service
  /** For each of its databases, the last event that touched the facet. Null if there is none among the last records. */
  touched: { database: DatabaseName; last: Touch | null }[]
  /** Null if no Redis is known, or if no cache was started in it. */
  redis: FacetInRedis | null
  /** What is wrong with Redis. Null if nothing is, or if no Redis is known. */
  fault: string | null
}
