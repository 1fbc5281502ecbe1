import { serviceOf } from '../../contracts/topology.ts'
import {
  feedReader,
  logUrls,
  type LogReader,
  type OpenExport,
  type Position,
} from '../../patterns/change-log/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { internalGet, internalPost } from '../../platform/http/internal-get.ts'
import { internalStream } from '../../platform/http/internal-stream.ts'
import type { ConsumerDefinition } from './consumer-definition.ts'

/** Where the owner of a log is. */
export type Owner = {
  /** URL of the owner, with the path `/graphql`. The URLs of its log are derived from it. */
  ownerUrl: string
  /** Signs requests to the owner. */
  secret: string
  /** Milliseconds since 1970. */
  clock: Clock
}

/** What a consumer asks its owner for. */
export type OwnerAccess = {
  feed: LogReader
  openExport: OpenExport
  reportPosition: (position: Position, stop: AbortSignal) => Promise<void>
}

export function ownerAccess(
  { name, exported }: ConsumerDefinition,
  { ownerUrl, secret, clock }: Owner,
): OwnerAccess {
  const asking = { secret, audience: serviceOf(name.source), clock }
  const urls = logUrls(ownerUrl, name.source)
  const post = internalPost(asking)
  const stream = internalStream(asking)
  return {
    feed: feedReader(urls.feed, internalGet(asking)),
    openExport: (stop) => stream(urls.exported(exported), stop),
    reportPosition: async (position, stop) => {
      await post(urls.consumers, JSON.stringify({ consumer: name.consumer, ...position }), stop)
    },
  }
}
