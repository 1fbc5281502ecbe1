import { BLOCKS } from '../../../contracts/exports.ts'
import type { ConsumerDefinition } from '../../../service/change-log/consumer-definition.ts'
import { blockCopy, compareBlocks } from './block-copy.ts'
import { blockEvents } from './block-events.ts'

/** Copies who blocks whom from followers. */
export const BLOCKS_COPY = {
  name: { consumer: 'posts.blocks', source: 'followers' },
  exported: BLOCKS,
  handler: blockEvents,
  copy: blockCopy,
  compareRows: compareBlocks,
} as const satisfies ConsumerDefinition
