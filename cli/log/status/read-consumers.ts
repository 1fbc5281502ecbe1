import { readLag, type ConsumerStatus, type LogStatus } from '../../../patterns/change-log/index.ts'
import { serviceOf, type DatabaseName } from '../../../contracts/topology.ts'
import { consumers } from '../consumers.ts'
import type { OpenDatabase } from '../open-database.ts'
import type { ConsumerReport } from './report.ts'

/** A consumer, and the database that stores its position. */
export type ConsumerIn = ConsumerStatus & { database: DatabaseName }

type Registered = LogStatus['consumers'][number]

/**
 * Reads all consumers of a log: those that have reported their position to its owner, those that have begun in one of
 * our databases, and those that should have begun. The position in a consumer's own database is exact; a reported
 * position is some seconds old.
 */
export async function readConsumers(
  { name: source, sql }: OpenDatabase,
  begun: readonly ConsumerIn[],
  registered: readonly Registered[],
  now: number,
): Promise<ConsumerReport[]> {
  const own = begun.filter((one) => one.source === source)
  const known = consumers.filter(({ name }) => name.source === source)
  const names = new Set([
    ...known.map(({ name }) => name.consumer),
    ...own.map(({ consumer }) => consumer),
    ...registered.map(({ name }) => name),
  ])
  return Promise.all(
    [...names].toSorted().map(async (name): Promise<ConsumerReport> => {
      const here = own.find(({ consumer }) => consumer === name)
      const database = here?.database ?? known.find((one) => one.name.consumer === name)?.database
      const reported = registered.find((one) => one.name === name)
      const at = here?.position ?? reported
      const position = at ? { epoch: at.epoch, offset: at.offset } : null
      return {
        name,
        service: database ? serviceOf(database) : null,
        position,
        lag: position && (await readLag(sql, position)),
        reported: reported ? reportedOf(reported, now) : null,
        parkedKeys: here?.parkedKeys ?? null,
        drainingKeys: here?.drainingKeys ?? null,
        waiting: here?.waiting ?? null,
      }
    }),
  )
}

function reportedOf({ offset, reportedAt, expired }: Registered, now: number): ConsumerReport['reported'] {
  return { offset, agoMs: Math.max(now - reportedAt.getTime(), 0), expired }
}
