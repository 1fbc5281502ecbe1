import { describe, expect, it } from 'vitest'
import { KINDS } from './kinds.ts'
import { openList, type Direction, type OpenList, type Page } from './open-list.ts'

/** Three times for 23 rows, so that most pages end within a tie. */
const TIMES = Array.from({ length: 23 }, (_, i) => (i * 7) % 3)
/** A walk that goes in circles ends here. */
const MAX_PAGES = 50
const SIZES = [1, 2, 3, 4, 5, 6, 7]

describe.each(KINDS)('the pages of $name', (kind) => {
  it.each(['forward', 'backward'] as const)('partition it %s, for any size', async (direction) => {
    await using list = await openList(kind)
    const rows = (await list.insert(TIMES)).toSorted(list.compare)
    const whole = rows.map(list.shown)
    for (const size of SIZES) {
      const pages = await walk(list, direction, size)
      expect(pages.flatMap(({ keys }) => keys)).toEqual(whole)
      expect(pages).toHaveLength(Math.ceil(rows.length / size))
      const short = rows.length % size || size
      const sizes = pages.map(({ keys }) => keys.length)
      expect(direction === 'forward' ? sizes.at(-1) : sizes[0]).toBe(short)
      pages.forEach(({ pageInfo, cursors }, i) => {
        expect(pageInfo).toEqual({
          hasNextPage: i < pages.length - 1,
          hasPreviousPage: i > 0,
          startCursor: cursors[0],
          endCursor: cursors.at(-1),
        })
      })
    }
  })

  it('begin and end exactly, from every position in it', async () => {
    await using list = await openList(kind)
    const whole = (await list.insert([0, 0, 1, 1, 1])).toSorted(list.compare).map(list.shown)
    const { cursors } = await list.page('forward', 100, null)
    for (const [i, cursor] of cursors.entries()) {
      const after = await list.page('forward', 2, cursor)
      expect(after.keys).toEqual(whole.slice(i + 1, i + 3))
      expect(after.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: i + 3 < whole.length })
      const before = await list.page('backward', 2, cursor)
      expect(before.keys).toEqual(whole.slice(Math.max(i - 2, 0), i))
      expect(before.pageInfo).toMatchObject({ hasPreviousPage: i > 2, hasNextPage: true })
    }
  })

  it('of exactly its length report that nothing follows', async () => {
    await using list = await openList(kind)
    await list.insert([0, 0, 0])
    for (const direction of ['forward', 'backward'] as const) {
      const { keys, pageInfo } = await list.page(direction, 3, null)
      expect(keys).toHaveLength(3)
      expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })
    }
  })

  it('are one empty page when it is empty', async () => {
    await using list = await openList(kind)
    const pageInfo = { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null }
    expect(await list.page('forward', 3, null)).toEqual({ keys: [], cursors: [], pageInfo })
    expect(await list.page('backward', 3, null)).toEqual({ keys: [], cursors: [], pageInfo })
  })
})

/** All pages in the order of the list, read one after the other in the direction. */
async function walk(list: OpenList, direction: Direction, size: number): Promise<Page[]> {
  const pages: Page[] = []
  let cursor: string | null = null
  do {
    const page = await list.page(direction, size, cursor)
    pages.push(page)
    const { hasNextPage, hasPreviousPage, startCursor, endCursor } = page.pageInfo
    if (direction === 'forward') cursor = hasNextPage ? endCursor : null
    else cursor = hasPreviousPage ? startCursor : null
  } while (cursor !== null && pages.length < MAX_PAGES)
  return direction === 'forward' ? pages : pages.toReversed()
}
