import { formatId, parseId, type Uuid } from '../../contracts/ids.ts'
import type { Told } from './bed.ts'

/** What a reader of the posts' events makes of them: the posts that there are, by uuid. */
export type PostsFold = Map<
  string,
  { author: Uuid; replyTo: string | null; text: string; version: number; likes: Set<string> }
>

/** @throws when an event does not fit what the events before it made, for example a like that is there already */
export function foldPosts(events: readonly Told[]): PostsFold {
  const posts: PostsFold = new Map()
  for (const { type, key, payload } of events) {
    // Written whenever the copy of authors has changed, by whatever other tests do.
    if (type === 'copy.changed') continue
    const id = uuid(payload['postId'])
    const post = posts.get(id)
    if (type === 'post.created') {
      insist(!post, type, key)
      const replyTo = payload['replyToId'] === null ? null : uuid(payload['replyToId'])
      const text = String(payload['text'])
      const parent = replyTo === null ? null : posts.get(replyTo)
      insist(parent !== undefined && payload['replyToAuthorId'] === idOf(parent), type, key)
      posts.set(id, { author: uuid(payload['authorId']), replyTo, text, version: 1, likes: new Set() })
      continue
    }
    if (!post) throw new Error(`${type} of ${key}, which is not there`)
    if (type === 'post.deleted') posts.delete(id)
    else if (type === 'post.edited') {
      insist(payload['version'] === post.version + 1, type, key)
      posts.set(id, { ...post, text: String(payload['text']), version: post.version + 1 })
    } else if (type === 'post.liked') {
      insist(payload['authorId'] === idOf(post), type, key)
      insist(!post.likes.has(uuid(payload['userId'])), type, key)
      post.likes.add(uuid(payload['userId']))
    } else insist(type === 'post.unliked' && post.likes.delete(uuid(payload['userId'])), type, key)
  }
  return posts
}

/** The id of a post's author; null without a post. */
function idOf(post: { author: Uuid } | null): string | null {
  return post && formatId('user', post.author)
}

/** What a reader of the followers' events makes of them: `follow a b`, `block a b` and `request a b`, by uuid. */
export function foldRelations(events: readonly Told[]): Set<string> {
  const edges = new Set<string>()
  const requests = new Map<string, unknown>()
  for (const { type, key, payload } of events) {
    if (type === 'follow.requested' || type === 'follow.closed' || type === 'user.followed') {
      const open = requests.get(key)
      const begins = type === 'follow.requested'
      // The seed writes follows without their requests.
      if (begins || open !== undefined || type === 'follow.closed')
        insist(open === (begins ? undefined : payload['requestId']), type, key)
      requests.delete(key)
      if (begins) requests.set(key, payload['requestId'])
      if (type !== 'user.followed') continue
    }
    const isBlock = type === 'user.blocked' || type === 'user.unblocked'
    const ids = isBlock ? ['blockerId', 'blockedId'] : ['followerId', 'followeeId']
    const [from, to] = ids.map((name) => uuid(payload[name]))
    const edge = `${isBlock ? 'block' : 'follow'} ${from} ${to}`
    const gone = type === 'user.unfollowed' || type === 'user.unblocked'
    insist(edges.has(edge) === gone, type, key)
    if (gone) edges.delete(edge)
    else edges.add(edge)
  }
  for (const key of requests.keys()) edges.add(`request ${key.split('>').map(uuid).join(' ')}`)
  return edges
}

export function uuid(id: unknown): Uuid {
  const parsed = parseId(String(id))
  if (!parsed) throw new Error(`not an id: ${String(id)}`)
  return parsed.uuid
}

function insist(right: boolean, type: string, key: string): void {
  if (!right) throw new Error(`${type} of ${key} does not follow from the events before it`)
}
