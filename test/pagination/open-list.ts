import type { Client } from 'pg'
import { formatId, type Uuid } from '../../contracts/ids.ts'
import { idMaker, systemClock } from '../../platform/clock.ts'
import { connectTo } from '../posts/database.ts'
import { callSubgraph } from '../support/subgraph.ts'

export type ListKind = {
  /** Type and field, for example `User.posts`. */
  name: `${string}.${string}`
  service: 'posts' | 'followers'
  owner: 'User' | 'Post'
  /** What tells the nodes apart: an id with this prefix, or the `version`. */
  node: 'post' | 'user' | 'version'
  order: 'asc' | 'desc'
  /** SQL that adds rows with keys `$2` and times `$3` to the list of `$1`. */
  insert: string
  /** SQL that takes the row with key `$2` from the list of `$1`. */
  remove: string
}

/** A row as the test knows it: its key in the database, and its time. */
export type Row = { key: string; at: number }
export type Direction = 'forward' | 'backward'
export type PageInfo = {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor: string | null
  endCursor: string | null
}
export type Page = { keys: string[]; cursors: string[]; pageInfo: PageInfo }

export type OpenList = AsyncDisposable & {
  /** Adds a row for each number; equal numbers are ties in the sort key. */
  insert(times: readonly number[]): Promise<Row[]>
  remove(row: Row): Promise<void>
  page(direction: Direction, size: number, cursor: string | null): Promise<Page>
  /** Negative when `a` comes before `b`. */
  compare(a: Row, b: Row): number
  /** What the API calls the row. */
  shown(row: Row): string
}

const makeId = idMaker(systemClock)
const START = Date.parse('2026-11-20T12:00:00.123Z')

/** A new list of this kind, empty. Rows are written past the service, so that the test decides their times. */
export async function openList(kind: ListKind): Promise<OpenList> {
  const client = await connectTo(kind.service)
  const owner = makeId()
  if (kind.owner === 'Post') await insertOwner(client, owner)
  let version = 0
  const newKey = () => (kind.node === 'version' ? String(++version) : makeId())
  const sign = kind.order === 'asc' ? 1 : -1
  return {
    async insert(times) {
      const rows = times.map((at) => ({ key: newKey(), at: START + at }))
      const dates = rows.map(({ at }) => new Date(at).toISOString())
      await client.query(kind.insert, [owner, rows.map(({ key }) => key), dates])
      return rows
    },
    async remove({ key }) {
      await client.query(kind.remove, [owner, key])
    },
    page: (direction, size, cursor) => readPage(kind, owner, direction, size, cursor),
    compare: (a, b) => sign * (kind.node === 'version' ? Number(a.key) - Number(b.key) : byTime(a, b)),
    shown: ({ key }) => (kind.node === 'version' ? key : formatId(kind.node, key)),
    [Symbol.asyncDispose]: () => client[Symbol.asyncDispose](),
  }
}

function byTime(a: Row, b: Row): number {
  if (a.at !== b.at) return a.at - b.at
  return a.key === b.key ? 0 : a.key < b.key ? -1 : 1
}

async function insertOwner(client: Client, post: Uuid): Promise<void> {
  const text = "insert into post (id, author_id, text, created_at) values ($1, $2, 'owner', now())"
  await client.query(text, [post, makeId()])
}

type Connection = { edges: { cursor: string; node: { key: string | number } }[]; pageInfo: PageInfo }

async function readPage(
  { name, service, owner: type, node }: ListKind,
  owner: Uuid,
  direction: Direction,
  size: number,
  cursor: string | null,
): Promise<Page> {
  const args = direction === 'forward' ? 'first: $size, after: $cursor' : 'last: $size, before: $cursor'
  const query = `query ($of: [_Any!]!, $size: Int!, $cursor: String) {
    _entities(representations: $of) { ... on ${type} { list: ${name.slice(type.length + 1)}(${args}) {
      edges { cursor node { key: ${node === 'version' ? 'version' : 'id'} } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    } } }
  }`
  const of = [{ __typename: type, id: formatId(type === 'User' ? 'user' : 'post', owner) }]
  const { body } = await callSubgraph<{ _entities: [{ list: Connection }] }>(service, null, query, {
    of,
    size,
    cursor,
  })
  if (body.errors || !body.data) throw new Error(JSON.stringify(body))
  const { edges, pageInfo } = body.data._entities[0].list
  return {
    keys: edges.map((edge) => String(edge.node.key)),
    cursors: edges.map((edge) => edge.cursor),
    pageInfo,
  }
}
