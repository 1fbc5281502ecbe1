import type { DatabaseName, Service } from '../../../contracts/topology.ts'
import type { EntryInRedis, FacetInRedis } from '../../../patterns/cache-aside/index.ts'
import type { Touch } from './find-touch.ts'

/** `current`: no event has touched the facet since the entry was read. Other entries are never used, and stay until they expire. */
export type JudgedEntry = Omit<EntryInRedis, 'places'> & { current: boolean }

/** What is known of a facet. */
export type FacetReport = {
  facet: string
  /** The service that owns it. */
  service: Service
  /** For each of its databases, the last event that touched the facet. Null if there is none among the last records. */
  touched: { database: DatabaseName; last: Touch | null }[]
  /** Null if no Redis is known, or if it does not respond. */
  redis: (Omit<FacetInRedis, 'entries'> & { entries: JudgedEntry[] }) | null
  /** What is wrong with Redis. Null if nothing is, or if no Redis is known. */
  fault: string | null
}
