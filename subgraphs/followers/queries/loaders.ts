import DataLoader from 'dataloader'
import type { Uuid } from '../../../contracts/ids.ts'
import { connectionLoader, type PageReader } from '../../../patterns/pagination/index.ts'
import type { RequestDecisions } from '../decisions/request-decisions.ts'
import type { Reader } from '../../../platform/postgres/database.ts'
import { FOLLOWERS_AS_OF, FOLLOWING_AS_OF } from './as-of-lists.ts'
import { readAudience, type AudienceRange } from './audience.ts'
import { HISTORY, type HistoryRow } from './history-list.ts'
import { historyReady } from './history-ready.ts'
import { BLOCKING, FOLLOWERS, FOLLOWERS_YOU_KNOW, FOLLOWING, type BlockRow, type FollowRow } from './lists.ts'

export type Counts = { follower_count: number; following_count: number }
export type Flags = { follows: boolean; requested: boolean; followed_by: boolean; blocks: boolean }
export type Loaders = ReturnType<typeof createLoaders>

const COUNTS = {
  name: 'counts',
  text: `select user_id, follower_count, following_count from follow_count where user_id = any($1::uuid[])`,
}

const FLAGS = {
  name: 'flags',
  text: `
    select other.id as user_id,
      exists (
        select from follow_period where follower_id = $2::uuid and followee_id = other.id and ended_at is null
      ) as follows,
      exists (select from follow_request where follower_id = $2::uuid and followee_id = other.id) as requested,
      exists (
        select from follow_period where follower_id = other.id and followee_id = $2::uuid and ended_at is null
      ) as followed_by,
      exists (select from block where blocker_id = $2::uuid and blocked_id = other.id) as blocks
    from unnest($1::uuid[]) as other (id)`,
}

/** Each loader runs one statement for all users of a request. */
export function createLoaders(
  reader: Reader,
  viewer: Uuid | null,
  decisions: Pick<RequestDecisions, 'waitUntilFresh'>,
) {
  const pages = afterDecisions(reader.keyed('parent_id'), decisions)
  const byUser = afterDecisions(reader.keyed('user_id'), decisions)
  return {
    followers: connectionLoader<FollowRow>(pages, FOLLOWERS),
    following: connectionLoader<FollowRow>(pages, FOLLOWING),
    followersYouKnow: connectionLoader<FollowRow>(pages, FOLLOWERS_YOU_KNOW),
    followersAsOf: connectionLoader<FollowRow>(pages, FOLLOWERS_AS_OF),
    followingAsOf: connectionLoader<FollowRow>(pages, FOLLOWING_AS_OF),
    history: connectionLoader<HistoryRow>(pages, HISTORY),
    historyReady: historyReady(reader),
    audience: (user: Uuid, range: AudienceRange) =>
      readAudience(afterDecisions(reader, decisions), user, range),
    blocking: connectionLoader<BlockRow>(pages, BLOCKING),
    counts: new DataLoader<Uuid, Counts>(async (users) => {
      const rows = await byUser.query<Counts & { user_id: Uuid }>(COUNTS, [users])
      const found = new Map(rows.map((row) => [row.user_id, row]))
      return users.map((user) => found.get(user) ?? { follower_count: 0, following_count: 0 })
    }),
    flags: new DataLoader<Uuid, Flags>(async (users) => {
      const rows = await byUser.query<Flags & { user_id: Uuid }>(FLAGS, [users, viewer])
      const found = new Map(rows.map((row) => [row.user_id, row]))
      return users.map((user) => found.get(user) ?? new Error(`no flags for ${user}`))
    }),
  }
}

/** Reads with the decisions that the client has seen. All of these reads show follows, or follow from them. */
function afterDecisions(
  reader: PageReader,
  { waitUntilFresh }: Pick<RequestDecisions, 'waitUntilFresh'>,
): PageReader {
  return {
    async query(statement, values) {
      await waitUntilFresh()
      return reader.query(statement, values)
    },
  }
}
