import { facets } from '../../../contracts/facets.ts'
import { parseIdOf } from '../../../contracts/ids.ts'
import type { Sql } from '../../../contracts/sql.ts'
import { facetsOfPosts } from '../../../subgraphs/posts/queries/facets-of-posts.ts'

/**
 * Adds the posts of the users whose data in posts is dropped. A response that shows a post, and nothing else of its author, has only
 * the facet of the post, because a change of the author does not change it.
 *
 * @param sql of the database that owns the facets
 */
export async function withPosts(sql: Sql, dropped: readonly string[]): Promise<readonly string[]> {
  const prefix = facets.author('')
  const authors = dropped.flatMap((facet) =>
    facet.startsWith(prefix) ? (parseIdOf('user', facet.slice(prefix.length)) ?? []) : [],
  )
  return authors.length === 0 ? dropped : [...new Set([...dropped, ...(await facetsOfPosts(sql, authors))])]
}
