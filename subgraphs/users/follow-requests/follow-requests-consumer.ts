import { OPEN_FOLLOW_REQUESTS } from '../../../contracts/exports.ts'
import { formatId, isUuid, type Uuid } from '../../../contracts/ids.ts'
import type { OpenWork } from '../../../patterns/change-log/index.ts'
import type { ConsumerDefinition } from '../../../service/change-log/consumer-definition.ts'
import { keyOf } from '../domain/follow-request.ts'
import { requestEvents } from './request-events.ts'
import { NAME } from './request-store.ts'

/** The events that followers would have written. The handler reads them as it reads those of the log. */
const work: OpenWork = {
  requestOf(row) {
    const { requestId, followerId, followeeId, requestedAt } = requireRequest(row)
    const payload = {
      requestId,
      followerId: formatId('user', followerId),
      followeeId: formatId('user', followeeId),
      requestedAt,
    }
    return {
      id: requestId,
      key: keyOf({ followerId, followeeId }),
      type: 'follow.requested',
      version: 1,
      payload,
    }
  },
  withdrawalOf({ id, key }) {
    const [followerId, followeeId] = key.split('>')
    return {
      type: 'follow.closed',
      version: 1,
      payload: { requestId: id, followerId, followeeId, reason: 'cancelled' },
    }
  },
}

/** Decides who may follow whom, by the requests of followers. */
export const FOLLOW_REQUESTS = {
  name: NAME,
  exported: OPEN_FOLLOW_REQUESTS,
  handler: requestEvents,
  work,
} as const satisfies ConsumerDefinition

function requireRequest(row: unknown): {
  requestId: Uuid
  followerId: Uuid
  followeeId: Uuid
  requestedAt: string
} {
  if (typeof row === 'object' && row !== null) {
    const { requestId, followerId, followeeId, requestedAt } = row as Record<string, unknown>
    if (isId(requestId) && isId(followerId) && isId(followeeId) && typeof requestedAt === 'string') {
      return { requestId, followerId, followeeId, requestedAt }
    }
  }
  throw new TypeError(
    `This row of an export is not a request to follow: ${JSON.stringify(row).slice(0, 200)}`,
  )
}

function isId(value: unknown): value is Uuid {
  return typeof value === 'string' && isUuid(value)
}
