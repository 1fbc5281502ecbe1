import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Connection } from './connection.ts'
import { pageOf } from './page-of.ts'

const SCOPE = 'Post.mentions:0192'
const list = (length: number) => Array.from({ length }, (_, i) => i)

describe('a page of a list in memory', () => {
  test('read forward and backward, has each row once and in order, and detects both ends', () => {
    const sizes = fc.record({
      length: fc.integer({ min: 0, max: 130 }),
      size: fc.integer({ min: 1, max: 100 }),
    })
    fc.assert(
      fc.property(sizes, ({ length, size }) => {
        const rows = list(length)
        const forward: number[] = []
        let after: string | null = null
        for (;;) {
          const { edges, pageInfo }: Connection<number> = pageOf(rows, { first: size, after }, SCOPE)
          expect(pageInfo.hasPreviousPage).toBe(forward.length > 0)
          forward.push(...edges.map(({ row }) => row))
          expect(pageInfo.hasNextPage).toBe(forward.length < length)
          if (!pageInfo.hasNextPage) break
          after = pageInfo.endCursor()
        }
        expect(forward).toEqual(rows)
        const backward: number[] = []
        let before: string | null = null
        for (;;) {
          const { edges, pageInfo }: Connection<number> = pageOf(rows, { last: size, before }, SCOPE)
          expect(pageInfo.hasNextPage).toBe(backward.length > 0)
          backward.unshift(...edges.map(({ row }) => row))
          if (!pageInfo.hasPreviousPage) break
          before = pageInfo.startCursor()
        }
        expect(backward).toEqual(rows)
      }),
    )
  })

  test('is within the list even if the list is now shorter than the position of the cursor', () => {
    const after = pageOf(list(9), { first: 9 }, SCOPE).pageInfo.endCursor()
    const page = pageOf(list(3), { first: 5, after }, SCOPE)
    expect([page.edges, page.pageInfo.hasPreviousPage, page.pageInfo.hasNextPage]).toEqual([[], true, false])
    expect(pageOf(list(3), { last: 5, before: after }, SCOPE).edges.map(({ row }) => row)).toEqual([0, 1, 2])
  })

  test('rejects a cursor of another list and sizes out of range', () => {
    const after = pageOf(list(9), { first: 1 }, 'Post.mentions:0193').pageInfo.endCursor()
    expect(() => pageOf(list(9), { after }, SCOPE)).toThrow(/cursor of another list/)
    expect(() => pageOf(list(9), { first: 101 }, SCOPE)).toThrow(/first is 101/)
  })
})
