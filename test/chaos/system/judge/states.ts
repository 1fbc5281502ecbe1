import type { Client } from 'pg'
import type { Service } from '../../../../contracts/topology.ts'
import { formatId, type IdPrefix } from '../../../../contracts/ids.ts'

/** The state by name, as text, equal for an owner and its copy. */
export type State = ReadonlyMap<string, string>

type Query = { text: string; ids: readonly (IdPrefix | null)[] }

/** Each row has a kind, ids and values. Counters are the stored ones, not recomputed. */
const OWNER: Readonly<Record<Service, readonly Query[]>> = {
  users: [
    {
      text: "select 'profile', id, null, json_build_array(handle, name, bio, version)::text from users",
      ids: ['user', null],
    },
  ],
  posts: [
    {
      text: `select 'post', id, author_id, json_build_array(version, like_count)::text from post where deleted_at is null`,
      ids: ['post', 'user'],
    },
    {
      text: `select 'like', post_id, user_id, 'yes' from post_like
             where exists (select from post where id = post_id and deleted_at is null)`,
      ids: ['post', 'user'],
    },
    {
      text: "select 'posts of', author_id, null, post_count::text from author_count where post_count <> 0",
      ids: ['user', null],
    },
  ],
  followers: [
    {
      text: "select 'follow', follower_id, followee_id, 'yes' from follow_period where ended_at is null",
      ids: ['user', 'user'],
    },
    {
      text: `select 'counts of', user_id, null, json_build_array(follower_count, following_count)::text from follow_count
             where follower_count <> 0 or following_count <> 0`,
      ids: ['user', null],
    },
  ],
}

const COPY: Readonly<Record<Service, readonly string[]>> = {
  users: ["select 'profile', id, null, json_build_array(handle, name, bio, version)::text from profile"],
  posts: [
    "select 'post', id, author, json_build_array(version, like_count)::text from post",
    "select 'like', post, liker, 'yes' from liked",
    "select 'posts of', author, null, posts::text from author_count where posts <> 0",
  ],
  followers: [
    "select 'follow', follower, followee, 'yes' from edge",
    `select 'counts of', person, null, json_build_array(followers, following)::text from edge_count
     where followers <> 0 or following <> 0`,
  ],
}

type Row = [what: string, one: string, other: string | null, value: string]

export async function ownerState(client: Client, service: Service): Promise<State> {
  const state = new Map<string, string>()
  for (const { text, ids } of OWNER[service]) {
    const { rows } = await client.query<Row>({ text, rowMode: 'array' })
    for (const [what, one, other, value] of rows) {
      state.set(nameOf([what, format(ids[0], one), format(ids[1], other), value]), value)
    }
  }
  return state
}

export async function copyState(client: Client, service: Service): Promise<State> {
  const state = new Map<string, string>()
  for (const text of COPY[service]) {
    const { rows } = await client.query<Row>({ text, rowMode: 'array' })
    for (const row of rows) state.set(nameOf(row), row[3])
  }
  return state
}

function nameOf([what, one, other]: Row): string {
  return other === null ? `${what} ${one}` : `${what} ${one} ${other}`
}

function format(prefix: IdPrefix | null | undefined, uuid: string): string
function format(prefix: IdPrefix | null | undefined, uuid: string | null): string | null
function format(prefix: IdPrefix | null | undefined, uuid: string | null): string | null {
  return prefix && uuid !== null ? formatId(prefix, uuid) : uuid
}

/** Counters of a copy that differ from its edges. */
export const WRONG_IN_COPY: Readonly<Record<Service, string>> = {
  users: 'select 1 where false',
  posts: `
    select 'likes of', id from post where like_count <> (select count(*) from liked where post = id)
    union all
    select 'posts of', author from author_count a where posts <> (select count(*) from post p where p.author = a.author)`,
  followers: `
    select person from edge_count
    where followers <> (select count(*) from edge where followee = person)
       or following <> (select count(*) from edge where follower = person)`,
}
