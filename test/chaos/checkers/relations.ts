/** An event of a pair's stream. */
export type StreamEvent = {
  /** `user_…>user_…` */
  stream: string
  type: string
  /** The request that it is about. Null if it is about none. */
  requestId: string | null
  /** Whether it stands for a follow that is older than its stream. */
  imported: boolean
  /** Milliseconds since 1970. */
  recordedAt: number
}

/** A period of a follow, as text. `ended` is null while it is open. */
export type Period = { pair: string; began: string; ended: string | null }

/** The periods that somebody saw. Periods of different generations are not compared: a restore was between them. */
export type SeenPeriods = { generation: number; periods: readonly Period[] }

/** What followers, users and posts hold of relations, and what was observed before. */
export type RelationHistory = {
  /** All streams, each in the order of its versions. */
  events: readonly StreamEvent[]
  /** The decisions of users, by the id of the request. */
  decisions: ReadonlyMap<string, string>
  /** A restore of users may have taken back earlier decisions. Milliseconds since 1970. */
  decisionsSince: number
  /** Ids of requests: open in followers, waiting in users for a person who approves by hand, open in users for any reason. */
  open: readonly string[]
  waiting: readonly string[]
  undecided: readonly string[]
  /** Streams and counts that differ from the tables. */
  unlikeFold: readonly string[]
  /** Users whose counts differ from their open periods. */
  wrongCounts: readonly string[]
  /** In order of time. */
  seen: readonly SeenPeriods[]
  /** `blocker>blocked`. `copied`: what posts has. */
  blocks: readonly string[]
  copied: readonly string[]
  /** Commands and batches that ended with an error. */
  failures: readonly string[]
}

type RelationChecker = (history: RelationHistory) => string[]

/** A follow begins only if users has accepted its request. */
const accepted: RelationChecker = ({ events, decisions, decisionsSince }) =>
  events.flatMap(({ stream, type, requestId, imported, recordedAt }) => {
    if (type !== 'FollowAccepted' || imported || recordedAt < decisionsSince) return []
    const decision = decisions.get(String(requestId))
    return decision === 'accepted'
      ? []
      : [`${stream}: the decision of users on ${requestId} is ${decision ?? 'missing'}`]
  })

const ENDS = new Set(['FollowAccepted', 'FollowDeclined', 'FollowRequestClosed'])

/** A request has one end, while it is open. */
const endsOnce: RelationChecker = ({ events }) => {
  const open = new Map<string, string | null>()
  return events.flatMap(({ stream, type, requestId }) => {
    const before = open.get(stream) ?? null
    if (type === 'FollowRequested') {
      open.set(stream, requestId)
      return before === null ? [] : [`${stream}: ${requestId} was made while ${before} was open`]
    }
    if (!ENDS.has(type)) return []
    open.set(stream, null)
    return before === requestId ? [] : [`${stream}: ${type} of ${requestId} while ${before} was open`]
  })
}

/** In the end, only requests that wait for a person are open, and users lists exactly those. */
const allEnd: RelationChecker = ({ open, waiting, undecided }) => [
  ...without(open, waiting).map((id) => `${id} is open, and users does not list it`),
  ...without(waiting, open).map((id) => `users lists ${id}, and it is not open`),
  ...without(undecided, waiting).map((id) => `users has not decided ${id}, and does not list it`),
]

/** Periods, requests, blocks and counts are what the streams say. */
const folded: RelationChecker = ({ unlikeFold }) =>
  unlikeFold.map((what) => `${what} differs from the tables`)

const counted: RelationChecker = ({ wrongCounts }) =>
  wrongCounts.map((user) => `the counts of ${user} differ from its periods`)

/** A period that was seen stays. It may end once. */
const past: RelationChecker = ({ seen }) =>
  seen.flatMap((before, i) => {
    const now = seen[i + 1]
    return now ? changedPast(before, now) : []
  })

/** What of the periods that were seen is different now. */
export function changedPast(before: SeenPeriods, now: SeenPeriods): string[] {
  if (before.generation !== now.generation) return []
  const later = new Map(now.periods.map((period) => [nameOf(period), period]))
  return before.periods.flatMap((period) => {
    const [name, { ended }] = [nameOf(period), period]
    const found = later.get(name)
    if (!found) return [`${name} is gone`]
    return ended === null || ended === found.ended ? [] : [`${name} ended at ${ended}, now at ${found.ended}`]
  })
}

const nameOf = ({ pair, began }: Period) => `${pair} since ${began}`

const copiedBlocks: RelationChecker = ({ blocks, copied }) => [
  ...without(blocks, copied).map((block) => `posts does not have the block ${block}`),
  ...without(copied, blocks).map((block) => `posts has the block ${block}, and followers does not`),
]

const noVictim: RelationChecker = ({ failures }) => [...failures]

function without(all: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others)
  return all.filter((each) => !known.has(each))
}

/** All checkers of relations, by the property that they check. */
export const RELATION_CHECKERS = {
  'no follow without an acceptance': accepted,
  'each request ends once': endsOnce,
  'in the end, only requests that wait for a person are open': allEnd,
  'tables are what the streams say': folded,
  'counts are what the periods make': counted,
  'the past does not change': past,
  'posts has the blocks of followers': copiedBlocks,
  'no command is the victim of another': noVictim,
} satisfies Record<string, RelationChecker>

export type RelationCheckerName = keyof typeof RELATION_CHECKERS
