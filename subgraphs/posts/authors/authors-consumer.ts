import { PROFILES } from '../../../contracts/exports.ts'
import type { ConsumerDefinition } from '../../../service/change-log/consumer-definition.ts'
import { authorCopy, compareAuthors } from './author-copy.ts'
import { authorEvents } from './author-events.ts'

/** Copies the authors' handles and names from users. */
export const AUTHORS = {
  name: { consumer: 'posts.authors', source: 'users' },
  exported: PROFILES,
  handler: authorEvents,
  copy: authorCopy,
  compareRows: compareAuthors,
} as const satisfies ConsumerDefinition
