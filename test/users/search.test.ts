import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createUsersBed, type UsersBed } from './users-bed.ts'
import { type UsersSubgraph } from './users-client.ts'

type PageInfo = { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string; endCursor: string }
type Data = { searchUsers: { nodes: { handle: string }[]; pageInfo: PageInfo } | null }

const SEARCH = `query ($query: String!, $first: Int, $after: String, $last: Int, $before: String) {
  searchUsers(query: $query, first: $first, after: $after, last: $last, before: $before) {
    edges { cursor node { id } } nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}`

const PEOPLE = [
  ['ali', 'Zed'],
  ['alice', 'Alice Liddell'],
  ['ali_baba', 'Ali Baba'],
  ['bob', `Robert O'Brien-Álison`],
  ['carol', 'carol ALI'],
  ['dan', 'Daniel'],
  ['yamada', '山田 太郎'],
  ['slash', 'Back\\slash 100% _under'],
] as const

describe('searching users', () => {
  let bed: UsersBed
  let users: UsersSubgraph
  beforeAll(async () => {
    bed = await createUsersBed()
    users = await bed.start()
    for (const [handle, name] of PEOPLE) await insert(handle, name)
  })
  afterAll(() => bed[Symbol.asyncDispose]())

  const insert = (handle: string, name: string) =>
    bed.database.query(
      `insert into users (id, handle, name, bio, created_at) values (gen_random_uuid(), $1, $2, '', now())`,
      [handle, name],
    )
  const search = (query: string, page: Record<string, unknown> = {}) =>
    users.call<Data>(SEARCH, { query, ...page })
  const handles = async (query: string, page: Record<string, unknown> = {}) => {
    const { data, errors } = await search(query, page)
    expect(errors).toBeUndefined()
    return data?.searchUsers?.nodes.map(({ handle }) => handle)
  }

  it('finds the exact handle first, then handles, then names, each user once', async () => {
    expect(await handles('ali')).toEqual(['ali', 'ali_baba', 'alice', 'carol'])
    expect(await handles('  ALI ')).toEqual(['ali', 'ali_baba', 'alice', 'carol'])
    expect(await handles('alice')).toEqual(['alice'])
    expect((await search('ali')).statements).toBe(1)
  })

  it('finds words of a name by their prefixes, in any script', async () => {
    expect(await handles('lidd')).toEqual(['alice'])
    expect(await handles('iddell')).toEqual([])
    expect(await handles('brien')).toEqual(['bob'])
    expect(await handles(`o'brien`)).toEqual(['bob'])
    expect(await handles('ÁLIS')).toEqual(['bob'])
    expect(await handles('太')).toEqual(['yamada'])
    expect(await handles('liddell ali')).toEqual(['alice'])
    expect(await handles('liddell bob')).toEqual([])
  })

  it('treats special characters of LIKE and tsquery literally', async () => {
    const nonsense = [
      `%_'&|!:*`,
      '%',
      '_',
      '\\',
      `'`,
      `''`,
      '(',
      '<->',
      '--',
      `';--`,
      '{}',
      '"',
      ',',
      'x | dan',
    ]
    for (const query of nonsense) expect(await handles(query), query).toEqual([])
    // Punctuation counts as space, so no handle and only names match.
    expect(await handles('!ali:*')).toEqual(['ali_baba', 'alice', 'carol'])
    expect(await handles('ali & baba')).toEqual(['ali_baba'])
    expect(await handles('ali:*ba')).toEqual(['ali_baba'])
    expect(await handles('100%')).toEqual(['slash'])
    expect(await handles('back\\slash')).toEqual(['slash'])
    expect(await handles('ali_')).toEqual(['ali_baba', 'alice', 'carol'])
    expect(await handles('d_n')).toEqual([])
  })

  it('rejects a text that is empty, too long or not storable', async () => {
    for (const query of ['', '   ', 'x'.repeat(101), 'a\0b', '\ud800']) {
      const { data, errors } = await search(query)
      expect(data).toEqual({ searchUsers: null })
      expect(
        errors?.map(({ extensions }) => extensions.code),
        JSON.stringify(query),
      ).toEqual(['BAD_USER_INPUT'])
    }
    expect(await handles('x'.repeat(100))).toEqual([])
  })

  it('has pages that partition the list, forward and backward, even while users sign up', async () => {
    for (let i = 0; i < 23; i++) await insert(`page_${String(i).padStart(2, '0')}`, i % 2 ? 'Paige' : 'x')
    for (let i = 0; i < 9; i++) await insert(`zz_${i}`, `Mr Page_${i}`)
    await insert('page', 'Page')
    const all = await handles('page', { first: 100 })
    expect(all).toHaveLength(33)
    expect(all?.[0]).toBe('page')
    expect(all?.at(-1)).toBe('zz_8')

    const forward: string[] = []
    for (let after: string | null = null; ;) {
      const found: Data['searchUsers'] = (await search('page', { first: 5, after })).data?.searchUsers ?? null
      forward.push(...(found?.nodes.map(({ handle }) => handle) ?? []))
      await insert(`page_00_${forward.length}`, 'before the cursor')
      if (!found?.pageInfo.hasNextPage) break
      after = found.pageInfo.endCursor
    }
    expect(forward).toEqual(all)

    const backward: string[] = []
    for (let before: string | null = null; ;) {
      const found: Data['searchUsers'] = (await search('page', { last: 7, before })).data?.searchUsers ?? null
      backward.unshift(...(found?.nodes.map(({ handle }) => handle) ?? []))
      if (!found?.pageInfo.hasPreviousPage) break
      before = found.pageInfo.startCursor
    }
    expect(backward).toEqual(await handles('page', { first: 100 }))
  })

  it('rejects sizes out of range, and cursors that are malformed or of another search', async () => {
    const { data } = await search('ali', { first: 1 })
    const cursor = data?.searchUsers?.pageInfo.endCursor
    expect(await handles('ali', { first: 1, after: cursor })).toEqual(['ali_baba'])
    const bad = [
      { first: 0 },
      { first: 101 },
      { first: 1, last: 1 },
      { after: 'nonsense' },
      { first: 1, before: cursor },
    ]
    for (const page of bad) {
      expect((await search('ali', page)).errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT')
    }
    expect((await search('bob', { after: cursor })).errors?.[0]?.message).toContain('another list')
  })
})
