import type { PageSights } from '../readers.ts'
import type { Verdict } from './judge.ts'

/** What readers of pages have found. A run in which no cache answered has measured nothing. */
export function pageVerdicts({ reads, withoutToken, hits, claims, stale, foreign }: PageSights): Verdict[] {
  const nothing =
    hits.memory + hits.redis === 0 ? ['nothing was measured: no response came from a cache'] : []
  return [
    {
      checker: 'no stale cache read',
      counted: `${reads} reads, ${withoutToken} without a token; ${hits.memory} from memory, ${hits.redis} from Redis; ${claims} facts`,
      violations: [...nothing, ...stale],
    },
    { checker: 'private data only for its viewer', counted: `${reads} reads`, violations: foreign },
  ]
}
