import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { KINDS } from './kinds.ts'
import { openList, type Direction, type Page } from './open-list.ts'
import { Walk } from './walk.ts'

const times = (maxLength: number) => fc.array(fc.nat(3), { maxLength })
/** What happens to the list between two pages: rows go, perhaps the one the cursor stands for, and rows come. */
const change = fc.record({
  inserted: times(3),
  removed: fc.array(fc.nat(), { maxLength: 3 }),
  cursorToo: fc.boolean(),
})
const scenario = fc.record({
  direction: fc.constantFrom<Direction>('forward', 'backward'),
  size: fc.integer({ min: 1, max: 7 }),
  start: times(25),
  changes: fc.array(change, { maxLength: 12 }),
})

describe.each(KINDS)('the pages of $name, if the list changes between them,', (kind) => {
  it('have what follows the cursor at that moment: no row twice, and no unchanged row missing', async () => {
    await fc.assert(
      fc.asyncProperty(scenario, async ({ direction, size, start, changes }) => {
        await using list = await openList(kind)
        const before = await list.insert(start)
        const walk = new Walk(list, direction, before)
        for (let i = 0; walk.goesOn; i++) {
          const expected = walk.expected(size)
          const page = await list.page(direction, size, walk.cursor)
          expect(walk.told(page)).toEqual({
            ...expected,
            rows: undefined,
            keys: expected.rows.map(list.shown),
          })
          walk.take(expected, page)
          const next = changes[i]
          if (next) await walk.change(next)
        }
        const seen = walk.seen.map(list.shown)
        expect(new Set(seen).size).toBe(seen.length)
        const stayed = before.filter((row) => walk.rows.includes(row)).map(list.shown)
        expect(stayed.filter((key) => !seen.includes(key))).toEqual([])
      }),
      { numRuns: 12 },
    )
  })

  it('are disjoint and complete for the initial rows, even with concurrent writes', async () => {
    await using list = await openList(kind)
    const start = await list.insert(Array.from({ length: 40 }, (_, i) => i % 4))
    const keys: string[] = []
    const write = async () => {
      for (let i = 0; i < 40; i++) {
        const [row] = await list.insert([i % 5, i % 4])
        if (row && i % 2 === 0) await list.remove(row)
      }
    }
    const read = async () => {
      let cursor: string | null = null
      // 120 rows are the most there can be: a walk that goes in circles ends.
      for (let i = 0; i < 120; i++) {
        const page: Page = await list.page('backward', 3, cursor)
        keys.push(...page.keys)
        cursor = page.pageInfo.startCursor
        if (!page.pageInfo.hasPreviousPage) break
      }
    }
    await Promise.all([write(), read()])
    expect(new Set(keys).size).toBe(keys.length)
    expect(start.map(list.shown).filter((key) => !keys.includes(key))).toEqual([])
  })
})
