import {
  RELATION_CHECKERS,
  type RelationCheckerName,
  type RelationHistory,
} from '../../checkers/relations.ts'
import { readCopiedBlocks, readDecisions, readTables } from '../../relations/relation-tables.ts'
import type { Entry } from '../ledger.ts'
import type { ChaosSystem } from '../nemesis.ts'
import type { Past } from '../past.ts'
import type { Verdict } from './judge.ts'

/** Checks what followers, users and posts hold of relations. */
export async function relationVerdicts(
  { servers, generations }: ChaosSystem,
  entries: readonly Entry[],
  past: Past,
): Promise<Verdict[]> {
  const { followers, users, posts } = servers.databaseUrls
  const { periods, ...tables } = await readTables(followers)
  const decided = await readDecisions(users)
  const history: RelationHistory = {
    ...tables,
    ...decided,
    decisionsSince: lastRestoreOfUsers(entries),
    seen: [...(past.last ? [past.last] : []), { generation: generations.followers, periods }],
    copied: await readCopiedBlocks(posts),
    failures: [],
  }
  const counted: Partial<Record<RelationCheckerName, string>> = {
    'no follow without an acceptance': `${decided.decisions.size} decisions`,
    'each request ends once': `${tables.events.length} events`,
    'in the end, only requests that wait for a person are open': `${tables.open.length} requests that wait`,
    'tables are what the streams say': `${tables.events.length} events, ${periods.length} periods`,
    'the past does not change': `${past.looks} looks at up to ${periods.length} periods`,
    'posts has the blocks of followers': `${tables.blocks.length} blocks`,
  }
  return Object.entries(RELATION_CHECKERS).flatMap(([name, find]) => {
    const checker = name as RelationCheckerName
    const what = counted[checker]
    const before = checker === 'the past does not change' ? past.faults : []
    return what === undefined ? [] : [{ checker, counted: what, violations: [...before, ...find(history)] }]
  })
}

/** Milliseconds since 1970. */
function lastRestoreOfUsers(entries: readonly Entry[]): number {
  const times = entries.flatMap((entry) =>
    entry.at === 'restore' && entry.database === 'users' ? [entry.time] : [],
  )
  return Math.max(0, ...times)
}
