import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { keysetSql } from '../../patterns/pagination/keyset.ts'
import { searchList } from '../../subgraphs/users/queries/search-list.ts'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import type { UsersSubgraph } from './users-client.ts'

type PageInfo = { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
type Data = { searchUsers: { nodes: { handle: string }[]; pageInfo: PageInfo } }
type Node = Record<string, unknown> & { 'Node Type': string; Plans?: Node[] }

const SEARCH = `query ($query: String!, $first: Int, $after: String, $last: Int, $before: String) {
  searchUsers(query: $query, first: $first, after: $after, last: $last, before: $before) {
    nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`
const USERS = 20_000

/** Every fourth handle begins with a; every third name has a word that does. Far words stand in the last names only. */
const INSERT = `
  insert into users (id, handle, name, bio, created_at)
  select gen_random_uuid(), substr('abcd', 1 + i % 4, 1) || lpad(i::text, 6, '0'),
    case when i % 3 = 0 then 'Anna' else 'Bert' end || case when i > ${USERS} - 60 then ' Far' else '' end, '', now()
  from generate_series(1, ${USERS}) as i`

describe('searching many users', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start()
    await bed.database.query(INSERT)
    await bed.database.query('vacuum analyze users')
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  const search = async (query: string, page: Record<string, unknown>) => {
    const { data } = await users.call<Data>(SEARCH, { query, ...page })
    if (!data) throw new Error(`no page: ${JSON.stringify(page)}`)
    return { ...data.searchUsers.pageInfo, handles: data.searchUsers.nodes.map(({ handle }) => handle) }
  }

  it.each([
    ['the first page', true, null],
    ['the last page', false, null],
    ['a page after a handle', true, ['1', 'a010000']],
    ['a page after a name', true, ['2', 'c010000']],
    ['a page before a handle', false, ['1', 'a010000']],
    ['a page before a name', false, ['2', 'c010000']],
  ])('reads only a few of the matching rows for %s of one letter', async (_, forward, cursor) => {
    const direction = forward ? 'forward' : 'backward'
    const list = searchList({ forward, fromCursor: cursor !== null })
    const text = keysetSql(list, { direction, size: 20, cursor })
    for (const mode of ['force_custom_plan', 'force_generic_plan']) {
      await bed.database.query(`set plan_cache_mode = ${mode}`)
      const { rows } = await bed.database.query<{ 'QUERY PLAN': { Plan: Node }[] }>({
        name: `${mode} ${text.length} ${direction}`,
        text: `explain (analyze, format json) ${text}`,
        values: [['a'], 21, 'a', ...(cursor ?? [])],
      })
      const [plan] = rows[0]?.['QUERY PLAN'] ?? []
      expect(plan && rowsRead(plan.Plan), mode).toBeLessThan(USERS / 10)
    }
  })

  it.each(['far', 'anna', 'c0000'])(
    'has pages of "%s" that partition the list, in both directions',
    async (query) => {
      const { rows } = await bed.database.query<{ handle: string }>(
        `select handle from users where handle like $1 or words @@ search_query($2) order by handle limit 70`,
        [`${query}%`, query],
      )
      const all = rows.map(({ handle }) => handle)
      const forward: string[] = []
      for (let after: string | null = null; forward.length < all.length;) {
        const page = await search(query, { first: 7, after })
        expect(page.hasPreviousPage).toBe(after !== null)
        forward.push(...page.handles)
        after = page.endCursor
        if (!page.hasNextPage) break
      }
      expect(forward).toEqual(all)

      const backward: string[] = []
      const { endCursor } = await search(query, { first: 70 })
      for (let before = endCursor; ;) {
        const page = await search(query, { last: 7, before })
        expect(page.hasNextPage).toBe(true)
        backward.unshift(...page.handles)
        before = page.startCursor
        if (!page.hasPreviousPage) break
      }
      expect(backward).toEqual(all.slice(0, -1))
    },
  )
})

/** Rows that the scans of a plan looked at. */
function rowsRead(node: Node): number {
  const own = node['Node Type'].endsWith('Scan')
    ? (Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0)) *
      Number(node['Actual Loops'])
    : 0
  return (node.Plans ?? []).reduce((sum, plan) => sum + rowsRead(plan), own)
}
