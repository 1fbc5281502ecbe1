import { CACHE_DOMAIN } from '../../../gateway/cache/open-cache.ts'
import { databases, serviceOf, type Service } from '../../../contracts/topology.ts'
import { inspectFacet, type Places } from '../../../patterns/cache-aside/index.ts'
import { dialRedis } from '../../../platform/redis/client.ts'
import { explainFault } from '../../../platform/redis/faults.ts'
import type { Installation } from '../../log/installation.ts'
import { openDatabases } from '../../log/open-database.ts'
import { plain } from '../../log/plain.ts'
import { findTouch } from './find-touch.ts'
import { renderFacet } from './render.ts'
import type { FacetReport } from './report.ts'

/** Prints what the logs and the cache in Redis know of a facet. @returns whether everything responded */
export async function inspect(
  installation: Installation,
  { facet, service, json }: { facet: string; service: Service; json: boolean },
  { print, stop }: { print: (line: string) => void; stop: AbortSignal },
): Promise<boolean> {
  await using stack = new AsyncDisposableStack()
  const own = databases.filter((name) => serviceOf(name) === service)
  const opened = await openDatabases(installation, own, stack)
  const touched = await Promise.all(
    opened.map(async (database) => ({
      database: database.name,
      last: await findTouch(database, facet, stop),
    })),
  )
  const inRedis = await inspectInRedis(installation.cacheRedisUrl, facet, touched)
  const report: FacetReport = { facet, service, touched, ...inRedis }
  if (json) print(JSON.stringify({ ok: report.fault === null, ...report }, null, 2))
  else for (const line of renderFacet(report, Date.now())) print(plain(line))
  return report.fault === null
}

/** Maximum wait for Redis. Milliseconds. */
const TIMEOUT_MS = 3_000

async function inspectInRedis(
  url: string | null,
  facet: string,
  touched: FacetReport['touched'],
): Promise<Pick<FacetReport, 'redis' | 'fault'>> {
  if (url === null) return { redis: null, fault: null }
  try {
    await using redis = await dialRedis(url, TIMEOUT_MS)
    const { entries, ...rest } = await inspectFacet({ send: redis.send, domain: CACHE_DOMAIN, facet })
    const judged = entries.map(({ places, ...entry }) => ({ ...entry, current: isCurrent(places, touched) }))
    return { redis: { ...rest, entries: judged }, fault: null }
  } catch (error) {
    return { redis: null, fault: explainFault(error).text }
  }
}

/** Whether no event has touched the facet since an entry was read. */
function isCurrent(places: Places, touched: FacetReport['touched']): boolean {
  return touched.every(({ database, last }) => {
    const place = places.get(database)
    if (!last || !place) return true
    return place.epoch === last.epoch && place.offset >= last.offset
  })
}
