import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { formatId } from '../../contracts/ids.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import type { Viewer } from '../../platform/internal-auth.ts'

const makeId = idMaker(systemClock)

const SIGN_UP = `
  with person as (
    select * from unnest($1::uuid[], $2::text[], $3::text[]) as person (uuid, id, handle)
  ), profile as (
    insert into users (id, handle, name, bio, approves_followers, created_at)
    select uuid, handle, 'Somebody', '', $4, now() from person
  )
  insert into outbox (key, type, version, payload, touches, headers)
  select id, 'user.created', 1, json_build_object('userId', id, 'handle', handle, 'name', 'Somebody', 'bio', '',
           'version', 1, 'createdAt', to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')), '{}', '{}'
  from person`

/** Signs people up in the database of users, without passwords, which would take 50 ms each. */
export async function signUpPeople(
  databaseUrl: string,
  count: number,
  { approves = false }: { approves?: boolean } = {},
): Promise<Viewer[]> {
  const client = new Client({ connectionString: databaseUrl })
  await client.connect()
  try {
    const uuids = Array.from({ length: count }, () => makeId())
    const ids = uuids.map((uuid) => formatId('user', uuid))
    const handles = uuids.map(() => `p${randomBytes(12).toString('hex')}`)
    await client.query(SIGN_UP, [uuids, ids, handles, approves])
    return ids.map((id) => ({ id, session: null }))
  } finally {
    await client.end()
  }
}
