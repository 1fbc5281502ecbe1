import type { Direction, OpenList, Page, Row } from './open-list.ts'

/** What a page must hold, in the direction of the walk. */
export type Expected = { rows: Row[]; goesOn: boolean; cameFrom: boolean }
export type Change = { inserted: number[]; removed: number[]; cursorToo: boolean }

/** A walk through the pages of a list that changes on the way, and what the list holds at each moment. */
export class Walk {
  readonly seen: Row[] = []
  cursor: string | null = null
  goesOn = true
  rows: Row[]
  #last: Row | null = null
  readonly #list: OpenList
  readonly #direction: Direction

  constructor(list: OpenList, direction: Direction, rows: Row[]) {
    this.#list = list
    this.#direction = direction
    this.rows = rows
  }

  /** The page after the cursor, as the list is now. */
  expected(size: number): Expected {
    const last = this.#last
    const ahead = this.rows.filter((row) => last === null || this.#compare(row, last) > 0)
    return {
      rows: ahead.toSorted((a, b) => this.#compare(a, b)).slice(0, size),
      goesOn: ahead.length > size,
      cameFrom: last !== null && ahead.length < this.rows.length,
    }
  }

  /** What the API said, in the same words. */
  told({ keys, pageInfo: { hasNextPage, hasPreviousPage } }: Page) {
    return this.#direction === 'forward'
      ? { keys, goesOn: hasNextPage, cameFrom: hasPreviousPage }
      : { keys: keys.toReversed(), goesOn: hasPreviousPage, cameFrom: hasNextPage }
  }

  take({ rows, goesOn }: Expected, { pageInfo: { startCursor, endCursor } }: Page): void {
    this.seen.push(...rows)
    this.goesOn = goesOn
    this.#last = rows.at(-1) ?? null
    this.cursor = this.#direction === 'forward' ? endCursor : startCursor
  }

  async change({ inserted, removed, cursorToo }: Change): Promise<void> {
    const { rows } = this
    const gone = new Set(removed.map((i) => rows[i % rows.length]))
    if (cursorToo && this.#last) gone.add(this.#last)
    for (const row of gone) if (row) await this.#list.remove(row)
    this.rows = [...rows.filter((row) => !gone.has(row)), ...(await this.#list.insert(inserted))]
  }

  #compare(a: Row, b: Row): number {
    return this.#direction === 'forward' ? this.#list.compare(a, b) : this.#list.compare(b, a)
  }
}
