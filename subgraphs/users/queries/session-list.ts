import type { KeysetList } from '../../../patterns/pagination/index.ts'

export type SessionRow = {
  id: string
  created_at: Date
  /** Null if the tokens were never refreshed. */
  refreshed_at: Date | null
  expires_at: Date
}

/** Sessions of a user that are active at `$3`, latest first. */
export const SESSIONS: KeysetList = {
  name: 'Viewer.sessions',
  select: 'session.id, session.created_at, token.refreshed_at, token.expires_at',
  from: `session cross join lateral (
      select max(used_at) as refreshed_at, max(expires_at) as expires_at
      from refresh_token where session_id = session.id
    ) as token`,
  where: 'session.user_id = parent.id and session.ended_at is null and token.expires_at > $3::timestamptz',
  key: [
    { column: 'session.created_at', type: 'timestamptz' },
    { column: 'session.id', type: 'uuid' },
  ],
  order: 'desc',
  extras: 1,
}
