import type { KeyType, Page } from './page.ts'

/**
 * A list that is paged by its sort key, one for each of many parents, in one statement.
 * `from` and `where` are SQL; they see the parent as `parent.id` and extra values as `$3`, `$4`, …
 */
export type KeysetList = {
  /** Name of the connection, for example `User.posts`. It is part of every cursor. */
  name: string
  /** Select list, for example `post.id, post.text`. */
  select: string
  from: string
  where: string
  /**
   * More sources of the list's rows, with the same columns. Each row is in one source only. Each source is read in the order
   * of the key up to the size of the page, so each can have its own index.
   */
  also?: readonly { from: string; where: string }[]
  /** The sort key: unique within the list, all columns in the same direction. */
  key: readonly { column: string; type: KeyType }[]
  order: 'asc' | 'desc'
  /** Number of extra values in `where`. @default 0 */
  extras?: number
  /** Type of `parent.id`. @default 'uuid' */
  parentType?: 'uuid' | 'text'
}

/**
 * SQL for one page for each of many parents. `$1` is the array of parents. `$2` is the page size plus one: the extra row
 * shows that more rows follow. Then come the extra values, then the values of the cursor. `offset 0` prevents Postgres from
 * evaluating the check on the other side of the cursor once per row.
 *
 * Every parent has at least one row: `parent_id`, `has_opposite` (whether there are rows on the other side of the cursor),
 * `key_0`… (the sort key as text; null if the page is empty) and the selected columns.
 */
export function keysetSql(list: KeysetList, page: Page): string {
  const forward = page.direction === 'forward'
  const ascending = (list.order === 'asc') === forward
  const columns = list.key.map(({ column }) => column)
  const firstCursor = 3 + (list.extras ?? 0)
  const cursor = list.key.map(({ type }, i) => `$${firstCursor + i}::${type}`)
  const beyond = `(${columns.join(', ')}) ${ascending ? '>' : '<'} (${cursor.join(', ')})`
  const opposite = `(${columns.join(', ')}) ${ascending ? '<=' : '>='} (${cursor.join(', ')})`
  const keys = columns.map((column, i) => `${column}::text as key_${i}`)
  const directed = (names: readonly string[]) =>
    names.map((name) => `${name} ${ascending ? 'asc' : 'desc'}`).join(', ')
  const sources = [list, ...(list.also ?? [])]
  const isThere = ({ from, where }: Source) => `exists (select from ${from} where ${where} and ${opposite})`
  const rowsOf = ({ from, where }: Source) => `
      select ${keys.join(', ')}, ${list.select} from ${from}
      where ${where}${page.cursor ? ` and ${beyond}` : ''}
      order by ${directed(columns)} limit $2`
  const selected = sources.map(rowsOf)
  const merged = `
      select * from (${selected.map((rows) => `(${rows})`).join(' union all ')}) merged
      order by ${directed(list.key.map(({ type }, i) => `merged.key_${i}::${type}`))} limit $2`
  return `
    select parent.id as parent_id, ${page.cursor ? 'opposite.present' : 'false'} as has_opposite, page.*
    from unnest($1::${list.parentType ?? 'uuid'}[]) with ordinality as parent (id, position)
    ${page.cursor ? `cross join lateral (select ${sources.map(isThere).join(' or ')} as present offset 0) opposite` : ''}
    left join lateral (${list.also ? merged : selected.join('')}
    ) page on true
    order by parent.position`
}

type Source = { from: string; where: string }
