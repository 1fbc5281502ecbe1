import { createHash } from 'node:crypto'
import DataLoader from 'dataloader'
import { encodeCursor } from '../../contracts/cursors.ts'
import { keysetSql, type KeysetList } from './keyset.ts'
import { parsePage, type Page, type PageArgs } from './page.ts'

/** The port to the database: runs a prepared statement, named after its text. */
export type PageReader = {
  query<Row extends Record<string, unknown>>(
    statement: { name: string; text: string },
    values: readonly unknown[],
  ): Promise<Row[]>
}

/**
 * Cursors are created only if the query selects them. They are functions, because a getter of an object literal costs
 * twenty times as much.
 */
export type Edge<Row> = { cursor: () => string; row: Row }
export type Connection<Row> = {
  edges: Edge<Row>[]
  pageInfo: {
    hasNextPage: boolean
    hasPreviousPage: boolean
    startCursor: () => string | null
    endCursor: () => string | null
  }
}

/**
 * Maximum number of concurrent statements of a loader. A request with many differently paged aliases must not take all
 * connections of the pool.
 */
const STATEMENTS_AT_ONCE = 4

type Call = { parent: string; page: Page; extras: readonly unknown[]; scope: string }
type Statement = { name: string; text: string }
type PageRow = Record<string, unknown> & { parent_id: string; has_opposite: boolean; key_0: string | null }

/**
 * Loads pages of one list. Calls in the same tick with the same arguments share one statement, for any number of parents.
 * Create one loader per request.
 *
 * The returned function throws BAD_USER_INPUT if the arguments are invalid.
 */
export function connectionLoader<Row>(reader: PageReader, list: KeysetList) {
  const loader = new DataLoader<Call, Connection<Row>, string>((calls) => loadPages(reader, list, calls), {
    cacheKeyFn: ({ parent, page, extras }) => JSON.stringify([parent, page, extras]),
  })
  const keyTypes = list.key.map(({ type }) => type)
  return async (
    parent: string,
    args: PageArgs,
    extras: readonly unknown[] = [],
  ): Promise<Connection<Row>> => {
    const scope = `${list.name}:${parent}:${JSON.stringify(extras)}`
    return loader.load({ parent, page: parsePage(args, scope, keyTypes), extras, scope })
  }
}

async function loadPages<Row>(
  reader: PageReader,
  list: KeysetList,
  calls: readonly Call[],
): Promise<Connection<Row>[]> {
  const groups = Map.groupBy(calls, ({ page, extras }) => JSON.stringify([page, extras]))
  const loaded = new Map<Call, Connection<Row>>()
  const waiting = groups.values()
  const work = async () => {
    for (const group of waiting) {
      const rows = await loadGroup(reader, list, group)
      for (const call of group) {
        loaded.set(call, toConnection<Row>(list, call, rows.get(call.parent) ?? []))
      }
    }
  }
  await Promise.all(Array.from({ length: STATEMENTS_AT_ONCE }, work))
  return calls.map((call) => loaded.get(call) as Connection<Row>)
}

async function loadGroup(reader: PageReader, list: KeysetList, group: readonly Call[]) {
  const [{ page, extras }] = group as [Call]
  const parents = group.map(({ parent }) => parent)
  const rows = await reader.query<PageRow>(statementOf(list, page), [
    parents,
    page.size + 1,
    ...extras,
    ...(page.cursor ?? []),
  ])
  return Map.groupBy(rows, (row) => row.parent_id)
}

function toConnection<Row>(
  list: KeysetList,
  { page, scope }: Call,
  found: readonly PageRow[],
): Connection<Row> {
  const rows = found.filter((row) => row.key_0 !== null)
  const goesOn = rows.length > page.size
  const shown = rows.slice(0, page.size)
  if (page.direction === 'backward') shown.reverse()
  const edges = shown.map((row) => ({
    cursor: () =>
      encodeCursor(
        scope,
        list.key.map((_, i) => String(row[`key_${i}`])),
      ),
    row: row as Row,
  }))
  const hasOpposite = found[0]?.has_opposite ?? false
  return {
    edges,
    pageInfo: {
      hasNextPage: page.direction === 'forward' ? goesOn : hasOpposite,
      hasPreviousPage: page.direction === 'forward' ? hasOpposite : goesOn,
      startCursor: () => edges[0]?.cursor() ?? null,
      endCursor: () => edges.at(-1)?.cursor() ?? null,
    },
  }
}

const statements = new WeakMap<KeysetList, Map<string, Statement>>()

/** The statement of a page. There is one for each direction, with and without a cursor. */
function statementOf(list: KeysetList, page: Page): Statement {
  const known = statements.get(list) ?? new Map<string, Statement>()
  statements.set(list, known)
  const kind = `${page.direction} ${page.cursor ? 'from a cursor' : 'from the end'}`
  const statement = known.get(kind) ?? createStatement(list.name, keysetSql(list, page))
  known.set(kind, statement)
  return statement
}

/** Postgres identifies a prepared statement by its name, of at most 63 bytes. The hash of the text makes the name unique. */
function createStatement(name: string, text: string): Statement {
  const hash = createHash('sha256').update(text).digest('base64url').slice(0, 12)
  return { name: `${name.slice(0, 40)}:${hash}`, text }
}
