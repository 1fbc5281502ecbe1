import { FOLLOW_DECISIONS } from '../../../contracts/exports.ts'
import type { ConsumerDefinition } from '../../../service/change-log/consumer-definition.ts'
import { compareDecisions, decisionCopy } from './decision-copy.ts'
import { decisionEvents } from './decision-events.ts'

/** Applies users' decisions about requests to follow. */
export const DECISIONS = {
  name: { consumer: 'followers.decisions', source: 'users' },
  exported: FOLLOW_DECISIONS,
  handler: decisionEvents,
  copy: decisionCopy,
  compareRows: compareDecisions,
} as const satisfies ConsumerDefinition
