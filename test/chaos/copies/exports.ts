import type { Sql } from '../../../contracts/sql.ts'
import type { Service } from '../../../contracts/topology.ts'
import { formatId } from '../../../contracts/ids.ts'
import type { Copy } from '../../../patterns/change-log/index.ts'

/** The export of each owner's state for the rebuild of a copy. The run reads it directly from the database. */
export const EXPORTS: Readonly<Record<Service, string>> = {
  users: "select 'profile' as kind, id, handle, name, bio, version from users",
  posts: `
    select 'post' as kind, id, author_id as person, reply_to_id as other, version from post where deleted_at is null
    union all
    select 'like', post_id, user_id, null, null from post_like
      where exists (select from post where id = post_id and deleted_at is null)`,
  followers:
    "select 'edge' as kind, follower_id as id, followee_id as person from follow_period where ended_at is null",
}

type Row = {
  kind: 'profile' | 'post' | 'like' | 'edge'
  id: string
  person: string
  other: string | null
  version: number
  handle: string
  name: string
  bio: string
}

const TABLES: Readonly<Record<Service, readonly string[]>> = {
  users: ['profile'],
  posts: ['liked', 'post', 'author_count'],
  followers: ['edge', 'edge_count'],
}

/** Counters computed from the exported rows. Later events continue them. */
const COUNTS: Readonly<Record<Service, readonly string[]>> = {
  users: [],
  posts: [
    'update post set like_count = (select count(*) from liked where post = post.id)',
    'delete from author_count',
    'insert into author_count select author, count(*) from post group by author',
  ],
  followers: [
    'delete from edge_count',
    `insert into edge_count
     select person, count(*) filter (where followed), count(*) filter (where not followed)
     from (select followee as person, true as followed from edge union all select follower, false from edge) e
     group by person`,
  ],
}

export function copyOf(service: Service): Copy {
  return {
    async clear(tx) {
      for (const table of TABLES[service]) await tx(`delete from ${table}`)
      await tx('insert into built (epoch, snapshot) select epoch, export from consumer_offset')
      await tx('delete from effect where epoch = (select epoch from consumer_offset)')
    },
    async add(tx, rows) {
      for (const row of rows) await add(tx, row as Row)
      // After each batch of rows, because there are several.
      for (const text of COUNTS[service]) await tx(text)
    },
  }
}

async function add(tx: Sql, { kind, id, person, other, version, handle, name, bio }: Row): Promise<void> {
  const [user, post] = [(uuid: string) => formatId('user', uuid), (uuid: string) => formatId('post', uuid)]
  if (kind === 'profile') {
    await tx('insert into profile values ($1, $2, $3, $4, $5)', user(id), handle, name, bio, version)
  } else if (kind === 'post') {
    const text = 'insert into post (id, author, reply_to, version) values ($1, $2, $3, $4)'
    await tx(text, post(id), user(person), other && post(other), version)
  } else if (kind === 'like') await tx('insert into liked values ($1, $2)', post(id), user(person))
  else await tx('insert into edge values ($1, $2)', user(id), user(person))
}
