import type { Sql } from '../../../contracts/sql.ts'
import type { Service } from '../../../contracts/topology.ts'
import type { EventRecord, Handler } from '../../../patterns/change-log/index.ts'
import { operationOf } from './operation-of.ts'

type Payload = Readonly<Record<string, unknown>>
type Apply = (tx: Sql, payload: Payload) => Promise<void>

const same: Apply = async () => {}

/**
 * Each event changes exactly one row of the copy. An event that does not follow from earlier ones is an error and parks
 * its key, so lost, repeated and reordered events are detected.
 */
const APPLY: Readonly<Record<Service, Readonly<Record<string, Apply>>>> = {
  users: {
    'user.created': (tx, { userId, handle, name, bio, version }) =>
      one(
        tx,
        'insert into profile values ($1, $2, $3, $4, $5) returning 1',
        userId,
        handle,
        name,
        bio,
        version,
      ),
    'user.renamed': (tx, { userId, handle, version }) =>
      one(tx, `update profile set handle = $2, ${NEXT_VERSION}`, userId, handle, version),
    'user.updated': (tx, { userId, name, bio, version }) =>
      one(tx, `update profile set name = $2, bio = $4, ${NEXT_VERSION}`, userId, name, version, bio),
    'password.changed': same,
    'session.started': same,
    'session.refreshed': same,
    'session.ended': same,
    'follow.accepted': same,
    'follow.waiting': same,
    'follow.declined': same,
    'copy.changed': same,
    'cache.dropped': same,
  },
  posts: {
    async 'post.created'(tx, { postId, authorId, replyToId }) {
      await one(
        tx,
        'insert into post (id, author, reply_to, version) values ($1, $2, $3, 1) returning 1',
        postId,
        authorId,
        replyToId,
      )
      await countPosts(tx, authorId, 1)
    },
    'post.edited': (tx, { postId, version }) =>
      one(
        tx,
        'update post set version = $2 where id = $1 and version = $2::integer - 1 returning 1',
        postId,
        version,
      ),
    async 'post.deleted'(tx, { postId, authorId }) {
      await one(tx, 'delete from post where id = $1 returning 1', postId)
      await tx('delete from liked where post = $1', postId)
      await countPosts(tx, authorId, -1)
    },
    async 'post.liked'(tx, { postId, userId }) {
      await one(tx, 'insert into liked values ($1, $2) returning 1', postId, userId)
      await one(tx, 'update post set like_count = like_count + 1 where id = $1 returning 1', postId)
    },
    async 'post.unliked'(tx, { postId, userId }) {
      await one(tx, 'delete from liked where post = $1 and liker = $2 returning 1', postId, userId)
      await one(tx, 'update post set like_count = like_count - 1 where id = $1 returning 1', postId)
    },
    'copy.changed': same,
    'cache.dropped': same,
  },
  followers: {
    'follow.requested': same,
    'follow.closed': same,
    'user.blocked': same,
    'user.unblocked': same,
    async 'user.followed'(tx, { followerId, followeeId }) {
      await one(tx, 'insert into edge values ($1, $2) returning 1', followerId, followeeId)
      await countEdges(tx, followerId, followeeId, 1)
    },
    async 'user.unfollowed'(tx, { followerId, followeeId }) {
      await one(
        tx,
        'delete from edge where follower = $1 and followee = $2 returning 1',
        followerId,
        followeeId,
      )
      await countEdges(tx, followerId, followeeId, -1)
    },
    'cache.dropped': same,
  },
}

const NEXT_VERSION = 'version = $3 where id = $1 and version = $3::integer - 1 returning 1'

async function one(tx: Sql, text: string, ...values: unknown[]): Promise<void> {
  const rows = await tx<object>(text, ...values)
  if (rows.length !== 1) throw new Error(`It does not follow what was before: ${JSON.stringify(values)}`)
}

async function countPosts(tx: Sql, author: unknown, by: number): Promise<void> {
  await tx(
    `insert into author_count as own values ($1, $2)
     on conflict (author) do update set posts = own.posts + excluded.posts`,
    author,
    by,
  )
}

async function countEdges(tx: Sql, follower: unknown, followee: unknown, by: number): Promise<void> {
  const text = `insert into edge_count as own values ($1, $2, $3)
    on conflict (person) do update set followers = own.followers + $2, following = own.following + $3`
  // In a fixed order, so that transactions do not deadlock.
  const changes = [
    { person: String(follower), counts: [0, by] },
    { person: String(followee), counts: [by, 0] },
  ].toSorted((a, b) => (a.person < b.person ? -1 : 1))
  for (const { person, counts } of changes) await tx(text, person, ...counts)
}

export function copyHandler(service: Service): Handler {
  const kinds = APPLY[service]
  return {
    versions: Object.fromEntries(Object.keys(kinds).map((type) => [type, 1])),
    async apply(tx, events) {
      const poison = await tx<{ key: string }>('select key from poison')
      for (const event of events) {
        if (poison.some(({ key }) => key === event.key)) throw new Error(`${event.key} is poison`)
        await kinds[event.type]?.(tx, event.payload as Payload)
        await note(tx, event)
      }
    },
  }
}

async function note(tx: Sql, event: EventRecord): Promise<void> {
  await tx(
    `insert into effect (epoch, "offset", operation, key, type) select epoch, $1, $2, $3, $4 from consumer_offset`,
    event.offset,
    operationOf(event),
    event.key,
    event.type,
  )
}
