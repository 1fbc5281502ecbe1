import DataLoader from 'dataloader'
import type { Uuid } from '../../../contracts/ids.ts'
import { connectionLoader } from '../../../patterns/pagination/index.ts'
import type { Reader } from '../../../platform/postgres/database.ts'
import type { User } from '../domain/user.ts'
import { FOLLOW_REQUESTS, type FollowRequestRow } from './follow-request-list.ts'
import { searchLoader } from './search-loader.ts'
import { SESSIONS, type SessionRow } from './session-list.ts'
import { USER_COLUMNS } from './user-columns.ts'

export type Loaders = ReturnType<typeof createLoaders>

const BY_ID = { name: 'users-by-id', text: `select ${USER_COLUMNS} from users where id = any($1::uuid[])` }
const BY_HANDLE = {
  name: 'users-by-handle',
  text: `select ${USER_COLUMNS} from users where handle = any($1::text[])`,
}

/** Each loader runs one statement for all users of a request. Null if no user is found. */
export function createLoaders(reader: Reader) {
  let sessions: ReturnType<typeof connectionLoader<SessionRow>> | undefined
  let requests: ReturnType<typeof connectionLoader<FollowRequestRow>> | undefined
  let search: ReturnType<typeof searchLoader> | undefined
  return {
    byId: new DataLoader<Uuid, User | null>(async (ids) => {
      const rows = await reader.keyed('id').query<User>(BY_ID, [ids])
      const found = new Map(rows.map((row) => [row.id, row]))
      return ids.map((id) => found.get(id) ?? null)
    }),
    byHandle: new DataLoader<string, User | null>(async (handles) => {
      const rows = await reader.keyed('handle').query<User>(BY_HANDLE, [handles])
      const found = new Map(rows.map((row) => [row.handle, row]))
      return handles.map((handle) => found.get(handle) ?? null)
    }),
    sessions: (...asked: Parameters<NonNullable<typeof sessions>>) =>
      (sessions ??= connectionLoader<SessionRow>(reader.keyed('parent_id'), SESSIONS))(...asked),
    followRequests: (...asked: Parameters<NonNullable<typeof requests>>) =>
      (requests ??= connectionLoader<FollowRequestRow>(reader.keyed('parent_id'), FOLLOW_REQUESTS))(...asked),
    /** Created on first use, because few requests need it. */
    search: () => (search ??= searchLoader(reader)),
  }
}
